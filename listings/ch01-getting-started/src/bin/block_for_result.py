"""On one CPU, a thread that blocks until the job ends leaves it the CPU."""

import math
import os
import time
from concurrent.futures import ThreadPoolExecutor


def count_primes(numbers: range) -> int:
    return sum(
        n >= 2 and all(n % d for d in range(2, math.isqrt(n) + 1))
        for n in numbers
    )


def job() -> tuple[int, float]:
    """The number of primes, and the CPU time of this thread."""
    start = time.thread_time()
    primes = count_primes(range(1_000_000, 1_040_000))
    return primes, time.thread_time() - start


def main() -> None:
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:1])
    start = time.process_time()
    with ThreadPoolExecutor(max_workers=1) as threads:
        result = threads.submit(job)
        primes, own = result.result()
    share = 100 * own / (time.process_time() - start)
    print(f"{primes} primes")
    print(f"of all CPU time the job had ~{share:.0f} %")


if __name__ == "__main__":
    main()
