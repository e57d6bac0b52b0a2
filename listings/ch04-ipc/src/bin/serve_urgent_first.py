"""Processes ask for photos to be shrunk; the urgent ones are done first."""

from multiprocessing import get_context
from multiprocessing.managers import BaseManager
from queue import PriorityQueue


class Queues(BaseManager):
    """A process of its own, which keeps the queue."""


Queues.register("PriorityQueue", PriorityQueue)


def ask(
    photos: "PriorityQueue[tuple[int, int, str]]",
    n: int,
    photo: str,
    priority: int,
) -> None:
    # The smallest first, and those of one priority in the order of asking.
    photos.put((-priority, n, photo))


def main() -> None:
    fork = get_context("fork")
    with Queues(ctx=fork) as queues:
        photos = queues.PriorityQueue(10)  # type: ignore[attr-defined]
        asked = [
            ("archive/1.jpg", 0),
            ("archive/2.jpg", 0),
            ("front-page.jpg", 9),
            ("news.jpg", 5),
        ]
        for n, (photo, priority) in enumerate(asked):
            child = fork.Process(target=ask, args=(photos, n, photo, priority))
            child.start()
            child.join()
        for _ in asked:
            minus, _, photo = photos.get()
            print(f"priority {-minus}: {photo}")


if __name__ == "__main__":
    main()
