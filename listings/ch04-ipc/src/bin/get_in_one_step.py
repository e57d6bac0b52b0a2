"""Two processes try for the one photo: one gets it, and the other goes on."""

import queue
import time
from multiprocessing import get_context
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier


def shrink_one(photos: "Queue[str]", both: Barrier) -> None:
    if not photos.empty():
        print("a shrinker sees a photo")
        both.wait()
        try:
            photo = photos.get_nowait()
            print(f"a shrinker got {photo}")
        except queue.Empty:
            print("a shrinker goes on")


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
