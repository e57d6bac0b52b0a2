#@ deadlock
#@ differs: a killed producer keeps the lock on the pipe, and half a message
"""A producer is killed while it puts. The others wait for ever."""

from multiprocessing import get_context
from multiprocessing.queues import Queue


def scan(name: str, count: int, photos: "Queue[tuple[str, bytes]]") -> None:
    for _ in range(count):
        photos.put((name, bytes([7]) * 90_000))


def main() -> None:
    fork = get_context("fork")
    photos: "Queue[tuple[str, bytes]]" = fork.Queue(4)
    killed = fork.Process(target=scan, args=("A", 1000, photos))
    killed.start()
    # Its thread is in the middle of a message: a pipe holds 64 KiB.
    photos.get()
    while photos.empty():
        pass
    killed.kill()
    killed.join()
    print(f"scanner A: signal: {-(killed.exitcode or 0)} (SIGKILL)", flush=True)

    other = fork.Process(target=scan, args=("B", 20, photos))
    other.start()
    whole = 0
    while whole < 20:
        name, _ = photos.get()
        whole += name == "B"
    other.join()
    print(f"scanner B: exit status: {other.exitcode}")


if __name__ == "__main__":
    main()
