"""A queue without a bound between two processes: what is not read stays in
memory, here the producer's."""

import re
from multiprocessing import get_context
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Event
from pathlib import Path

PHOTOS = 20_000


def resident() -> int:
    """This process's memory, in MiB."""
    status = Path("/proc/self/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    return int(found.group(1)) // 1024 if found else 0


def produce(photos: "Queue[bytes | int]", seen: Event) -> None:
    before = resident()
    for _ in range(PHOTOS):
        photos.put(bytes([7]) * 1000)
    more = resident() - before
    seen.wait()
    # Behind all the photos.
    photos.put(more)


def main() -> None:
    fork = get_context("fork")
    photos: "Queue[bytes | int]" = fork.Queue()
    seen = fork.Event()
    producer = fork.Process(target=produce, args=(photos, seen))
    producer.start()
    first = photos.get()
    seen.set()
    last = first
    for _ in range(PHOTOS):
        last = photos.get()
    producer.join()
    print(f"producer: exit status: {producer.exitcode}")
    print(f"{PHOTOS} photos of {len(first)} bytes, 1 read")
    print(f"~{last} MiB more than before")


if __name__ == "__main__":
    main()
