"""The Python side of mutex_times: the lock of `multiprocessing.Value`."""

import os
import sys
from multiprocessing import get_context
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Barrier
from time import perf_counter

ADDITIONS = 50_000


def pin(cpus: list[int], which: int) -> None:
    os.sched_setaffinity(0, {cpus[min(which, len(cpus) - 1)]})


def add(total: Synchronized) -> None:
    for _ in range(ADDITIONS):
        with total.get_lock():
            total.value += 1


def help_out(
    total: Synchronized, barrier: Barrier, cpus: list[int], which: int
) -> None:
    pin(cpus, which)
    barrier.wait()
    add(total)


def main() -> None:
    fork = get_context("fork")
    cpus = sorted(os.sched_getaffinity(0))
    total, barrier = fork.Value("Q", 0), fork.Barrier(2)
    if sys.argv[1] == "alone":
        start = perf_counter()
        add(total)
        wall = perf_counter() - start
    else:
        which = 1 if sys.argv[1] == "two" else 0
        args = (total, barrier, cpus, which)
        child = fork.Process(target=help_out, args=args)
        child.start()
        pin(cpus, 0)
        barrier.wait()
        start = perf_counter()
        add(total)
        child.join()
        wall = perf_counter() - start
    print(f"wall_s {wall}\nns_each {wall / total.value * 1e9}")


if __name__ == "__main__":
    main()
