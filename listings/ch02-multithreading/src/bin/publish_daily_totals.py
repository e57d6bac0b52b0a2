"""One thread publishes the totals of the day; two others wait to see them."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass


@dataclass(frozen=True)
class Totals:
    requests: int
    bytes: int


published: Totals | None = None


def publish() -> None:
    global published
    # The object is complete before any other thread can find it.
    published = Totals(requests=1000, bytes=sum(range(1, 1001)))


def read() -> int:
    while (totals := published) is None:
        time.sleep(0)
    return totals.bytes // totals.requests


def main() -> None:
    with ThreadPoolExecutor(max_workers=3) as threads:
        readers = [threads.submit(read) for _ in range(2)]
        threads.submit(publish)
        for reader in readers:
            print(f"{reader.result()} bytes a request")


if __name__ == "__main__":
    main()
