#@ differs: the GIL lets one of its threads run at a time
"""Two threads count primes, then two processes: how many CPUs are busy?"""

from concurrent.futures import Executor
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from math import isqrt
from multiprocessing import get_context
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from time import perf_counter


def count_primes(numbers: range) -> int:
    return sum(
        n >= 2 and all(n % d for d in range(2, isqrt(n) + 1)) for n in numbers
    )


def cpu_seconds() -> float:
    """The CPU time of this process and of its children that have ended."""
    usages = [getrusage(who) for who in (RUSAGE_SELF, RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def measure(name: str, workers: Executor) -> None:
    wall, cpu = perf_counter(), cpu_seconds()
    parts = [range(1_000_000, 1_020_000), range(1_020_000, 1_040_000)]
    with workers:
        primes = sum(workers.map(count_primes, parts))
    cpus = (cpu_seconds() - cpu) / (perf_counter() - wall)
    print(f"{name}: {primes} primes, ~{cpus:.1f} CPUs busy")


def main() -> None:
    measure("threads", ThreadPoolExecutor(2))
    measure("processes", ProcessPoolExecutor(2, get_context("fork")))


if __name__ == "__main__":
    main()
