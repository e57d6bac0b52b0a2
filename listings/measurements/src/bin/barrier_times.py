"""The Python side of barrier_times: `multiprocessing.Barrier`."""

import os
import sys
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from statistics import median
from time import perf_counter

BLOCKS = 51
BLOCK = 20


def pin(cpus: list[int], which: int) -> None:
    os.sched_setaffinity(0, {cpus[min(which, len(cpus) - 1)]})


def meet(barrier: Barrier, cpus: list[int], which: int) -> None:
    pin(cpus, which)
    for _ in range(1 + BLOCKS * BLOCK):
        barrier.wait()


def main() -> None:
    fork = get_context("fork")
    cpus = sorted(os.sched_getaffinity(0))
    barrier = fork.Barrier(2)
    which = 1 if sys.argv[1] == "two" else 0
    child = fork.Process(target=meet, args=(barrier, cpus, which))
    child.start()
    pin(cpus, 0)
    barrier.wait()
    times = []
    for _ in range(BLOCKS):
        start = perf_counter()
        for _ in range(BLOCK):
            barrier.wait()
        times.append((perf_counter() - start) / BLOCK)
    child.join()
    each = median(times)
    print(f"wall_s {each * 1000}\nns_per_round {each * 1e9}")
    print(f"rounds_per_s {1 / each}")


if __name__ == "__main__":
    main()
