"""The Python side of semaphore_times: `multiprocessing.Semaphore`."""

import os
import sys
from multiprocessing import get_context
from multiprocessing.synchronize import Semaphore
from statistics import median
from time import perf_counter

BLOCKS = 51
BLOCK = 50


def pin(cpus: list[int], which: int) -> None:
    os.sched_setaffinity(0, {cpus[min(which, len(cpus) - 1)]})


def answer(
    ours: Semaphore, theirs: Semaphore, cpus: list[int], which: int
) -> None:
    pin(cpus, which)
    for _ in range((1 + BLOCKS) * BLOCK):
        ours.acquire()
        theirs.release()


def main() -> None:
    fork = get_context("fork")
    cpus = sorted(os.sched_getaffinity(0))
    alone = sys.argv[1] == "alone"
    ours, theirs = fork.Semaphore(1 if alone else 0), fork.Semaphore(0)
    if alone:
        theirs = ours
    else:
        which = 1 if sys.argv[1] == "two" else 0
        args = (ours, theirs, cpus, which)
        child = fork.Process(target=answer, args=args)
        child.start()
        pin(cpus, 0)
    times = []
    for _ in range(1 + BLOCKS):
        start = perf_counter()
        for _ in range(BLOCK):
            if alone:
                ours.acquire()
                ours.release()
            else:
                ours.release()
                theirs.acquire()
        times.append((perf_counter() - start) / BLOCK)
    if not alone:
        child.join()
    each = median(times[1:])
    print(f"wall_s {each * 1000}\nns_each {each * 1e9}")


if __name__ == "__main__":
    main()
