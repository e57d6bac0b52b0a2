#@ deadlock
#@ differs: the child cannot end before its thread has filled the pipe
"""A process puts a large result and ends; its parent waits for the end."""

from multiprocessing import get_context
from multiprocessing.queues import Queue


def shrink(thumbnails: "Queue[bytes]") -> None:
    thumbnails.put(bytes([7]) * 1_000_000)


def main() -> None:
    fork = get_context("fork")
    thumbnails: "Queue[bytes]" = fork.Queue(2)
    shrinker = fork.Process(target=shrink, args=(thumbnails,))
    shrinker.start()
    print("waiting for the shrinker", flush=True)
    shrinker.join()
    print(f"shrinker: exit status: {shrinker.exitcode}")
    print(f"a thumbnail of {len(thumbnails.get())} bytes")


if __name__ == "__main__":
    main()
