"""A queue with a bound: a producer that is too quick is told, and can wait."""

import queue
import sys
from multiprocessing import get_context
from multiprocessing.queues import Queue


def name(i: int) -> str:
    return f"beach/{i:04}.jpg"


def shrink_all(photos: "Queue[str | None]") -> None:
    count = 0
    while photos.get() is not None:
        count += 1
    sys.exit(count != 10_000)


def main() -> None:
    fork = get_context("fork")
    photos: "Queue[str | None]" = fork.Queue(64)
    sent = 0
    try:
        while True:
            photos.put_nowait(name(sent))
            sent += 1
    except queue.Full:
        print(f"{sent} photos, and no room")
    try:
        photos.put(name(sent), timeout=0.001)
    except queue.Full:
        print("nor a moment later")
    # The thread that `put` started is not copied to the child.
    shrinker = fork.Process(target=shrink_all, args=(photos,))
    shrinker.start()
    for i in range(sent, 10_000):
        photos.put(name(i))
    photos.put(None)
    print("all are sent")
    shrinker.join()
    print(f"shrinker: exit status: {shrinker.exitcode}")


if __name__ == "__main__":
    main()
