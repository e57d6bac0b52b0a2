"""The Python side of gil_times: counts primes in the way that is asked for."""

import sys
from collections.abc import Callable
from concurrent.futures import Executor
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from math import isqrt
from multiprocessing import get_context
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from time import perf_counter

STARTS = [1_000_000, 1_050_000]
ENDS = [1_050_000, 1_100_000]


def count_primes(start: int, end: int) -> int:
    return sum(
        n >= 2 and all(n % d for d in range(2, isqrt(n) + 1))
        for n in range(start, end)
    )


def share(workers: Executor, count: Callable[[int, int], int]) -> int:
    with workers:
        return sum(workers.map(count, STARTS, ENDS))


def cpu_seconds() -> float:
    usages = [getrusage(who) for who in (RUSAGE_SELF, RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def run(way: str) -> int:
    if way == "serial":
        return sum(map(count_primes, STARTS, ENDS))
    if way == "threads":
        return share(ThreadPoolExecutor(2), count_primes)
    if way == "processes":
        fork = get_context("fork")
        return share(ProcessPoolExecutor(2, fork), count_primes)
    import gil_primes

    if way == "held":
        return share(ThreadPoolExecutor(2), gil_primes.count_attached)
    if way == "released":
        return share(ThreadPoolExecutor(2), gil_primes.count_detached)
    return gil_primes.count_on_pool(STARTS[0], ENDS[-1], lambda primes: None)


def main() -> None:
    wall, cpu = perf_counter(), cpu_seconds()
    primes = run(sys.argv[1])
    wall = perf_counter() - wall
    cpu = cpu_seconds() - cpu
    assert primes == 7216, primes
    print(f"wall_s {wall}\ncpu_s {cpu}\ncpus {cpu / wall}")


if __name__ == "__main__":
    main()
