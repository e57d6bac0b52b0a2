"""The same two jobs on one CPU and on two: concurrent both times."""

import math
import os
import resource
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Lock


def count_primes(numbers: range) -> int:
    return sum(
        n >= 2 and all(n % d for d in range(2, math.isqrt(n) + 1))
        for n in numbers
    )


def run_both() -> tuple[int, int]:
    """Both jobs, and the most that were in progress at the same time."""
    halfway = Barrier(2)
    lock = Lock()
    in_progress = most = 0

    def job(first: int) -> int:
        nonlocal in_progress, most
        with lock:
            in_progress += 1
            most = max(most, in_progress)
        primes = count_primes(range(first, first + 4_000))
        # Neither job can end before the other one has come this far.
        halfway.wait()
        primes += count_primes(range(first + 4_000, first + 8_000))
        with lock:
            in_progress -= 1
        return primes

    with ThreadPoolExecutor(max_workers=2) as threads:
        primes = sum(threads.map(job, [1_000_000, 1_008_000]))
    return primes, most


def preemptions() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_nivcsw


def main() -> None:
    cpus = sorted(os.sched_getaffinity(0))
    for limit in [1, 2]:
        # The two threads inherit this. Where only one CPU is allowed, two
        # cannot be had.
        os.sched_setaffinity(0, cpus[:limit])
        before = preemptions()
        start, cpu_start = time.perf_counter(), time.process_time()
        primes, most = run_both()
        cpu = time.process_time() - cpu_start
        busy = cpu / (time.perf_counter() - start)
        print(
            f"{limit}-CPU limit: {primes} primes, {most} jobs in progress,"
            f" ~{busy:.2f} CPUs busy, ~{preemptions() - before} preemptions"
        )


if __name__ == "__main__":
    main()
