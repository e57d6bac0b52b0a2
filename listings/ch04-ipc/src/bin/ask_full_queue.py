"""The queue is full, and nine have asked already: the urgent photo waits
behind all that wait outside. In a queue of its own it does not."""

import time
from collections.abc import Callable
from queue import Empty, PriorityQueue
from threading import Condition, Thread

ROOM = 3


class Watched(Condition):
    """Counts those who ever waited."""

    waited = 0

    def wait(self, timeout: float | None = None) -> bool:
        self.waited += 1
        return super().wait(timeout)


class Photos(PriorityQueue[tuple[int, int]]):
    def __init__(self) -> None:
        super().__init__(ROOM)
        self.not_full = self.outside = Watched(self.mutex)

    def asked(self) -> int:
        with self.mutex:
            return len(self.queue) + self.outside.waited


def until(condition: Callable[[], bool]) -> None:
    while not condition():
        time.sleep(0.0001)


def number(archive: Photos, urgent: Photos) -> int:
    """As which message the urgent one comes."""
    for n in range(10):
        queue, priority = (archive, 0) if n < 9 else (urgent, 9)
        asked = queue.asked() + 1
        # The smallest first.
        photo = (-priority, n)
        Thread(target=queue.put, args=(photo,), daemon=True).start()
        until(lambda: queue.asked() == asked)
    taken = 0
    while True:
        taken += 1
        # The one that the last get() let in.
        until(archive.full)
        try:
            minus, _ = urgent.get_nowait()
        except Empty:
            minus, _ = archive.get()
        if minus == -9:
            return taken


def main() -> None:
    one = Photos()
    print(f"one queue: the urgent photo is number {number(one, one)}")
    print(f"of its own: number {number(Photos(), Photos())}")


if __name__ == "__main__":
    main()
