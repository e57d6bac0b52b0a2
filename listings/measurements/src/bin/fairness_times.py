"""The Python side of fairness_times: two threads and a `Lock`."""

import os
import sys
from threading import Barrier, Lock, Thread
from time import perf_counter

TURNS = 100_000


class Turns:
    def __init__(self) -> None:
        self.of = [0, 0]
        self.last = 0
        self.row = 0
        self.longest = 0

    def take(self, me: int) -> bool:
        if self.of[0] + self.of[1] == TURNS:
            return False
        self.of[me] += 1
        self.row = self.row + 1 if self.last == me else 1
        self.last = me
        self.longest = max(self.longest, self.row)
        return True


def work(lock: Lock, turns: Turns, me: int, together: Barrier) -> None:
    together.wait()
    more = True
    while more:
        with lock:
            more = turns.take(me)


def main() -> None:
    if sys.argv[1] == "one":
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:1])
    turns = Turns()
    args = (Lock(), turns)
    together = Barrier(3)
    workers = [
        Thread(target=work, args=(*args, me, together)) for me in range(2)
    ]
    for worker in workers:
        worker.start()
    start = perf_counter()
    together.wait()
    for worker in workers:
        worker.join()
    wall = perf_counter() - start
    print(f"wall_s {wall}\nns_per_turn {wall * 1e9 / TURNS}")
    print(f"least {min(turns.of) * 1000 / TURNS}\nrow {turns.longest}")


if __name__ == "__main__":
    main()
