"""One thread publishes the totals of the day, while another waits for them."""

from dataclasses import dataclass
from threading import Event, Thread

# The bytes of each answer in the day's log.
SIZES = (5120, 640, 1024, 1216)


@dataclass(frozen=True)
class Totals:
    requests: int
    bytes: int


totals: Totals
published = Event()


def publish() -> None:
    global totals
    # The object is complete before any other thread can find it.
    totals = Totals(requests=len(SIZES), bytes=sum(SIZES))
    published.set()


def main() -> None:
    writer = Thread(target=publish)
    writer.start()
    published.wait()
    print(f"{totals.bytes // totals.requests} bytes a request")
    writer.join()


if __name__ == "__main__":
    main()
