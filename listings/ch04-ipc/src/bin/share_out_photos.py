"""Two processes find photos, and three shrink them, whoever is free."""

from multiprocessing import get_context
from multiprocessing.queues import JoinableQueue
from multiprocessing.sharedctypes import Synchronized


def scan(folder: str, count: int, photos: "JoinableQueue[str | None]") -> None:
    for i in range(1, count + 1):
        photos.put(f"{folder}/{i:02}.jpg")


def shrink_all(
    photos: "JoinableQueue[str | None]", shrunk: "Synchronized[int]"
) -> None:
    while (photo := photos.get()) is not None:
        if photo.endswith(".jpg"):
            with shrunk.get_lock():
                shrunk.value += 1
        photos.task_done()


def main() -> None:
    fork = get_context("fork")
    photos: "JoinableQueue[str | None]" = fork.JoinableQueue(8)
    shrunk = fork.Value("I")
    shrinkers = [
        fork.Process(target=shrink_all, args=(photos, shrunk)) for _ in range(3)
    ]
    scanners = [
        fork.Process(target=scan, args=(folder, count, photos))
        for folder, count in (("beach", 40), ("harbour", 20))
    ]
    for process in shrinkers + scanners:
        process.start()
    for scanner in scanners:
        scanner.join()
        print(f"scanner: exit status: {scanner.exitcode}")
    photos.join()
    print(f"{shrunk.value} photos shrunk")
    # One poison pill for each of those who wait for more.
    for _ in shrinkers:
        photos.put(None)
    for shrinker in shrinkers:
        shrinker.join()
        print(f"shrinker: exit status: {shrinker.exitcode}")


if __name__ == "__main__":
    main()
