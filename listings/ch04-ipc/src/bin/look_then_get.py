#@ deadlock
#@ differs: Python's consumer sleeps without a limit, ours looks at its peers
"""Two processes see that the queue is not empty, and both get the one photo."""

import time
from multiprocessing import get_context
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier


def shrink_one(photos: "Queue[str]", both: Barrier) -> None:
    if not photos.empty():
        print("a shrinker sees a photo", flush=True)
        both.wait()
        photos.get()
        print("a shrinker got it", flush=True)


def main() -> None:
    fork = get_context("fork")
    photos: "Queue[str]" = fork.Queue()
    both = fork.Barrier(2)
    photos.put("beach.jpg")
    # A thread of this process puts it into the pipe, some time.
    while photos.empty():
        time.sleep(0.001)
    shrinkers = [
        fork.Process(target=shrink_one, args=(photos, both)) for _ in range(2)
    ]
    for shrinker in shrinkers:
        shrinker.start()
    for shrinker in shrinkers:
        shrinker.join()
    print("both are done")


if __name__ == "__main__":
    main()
