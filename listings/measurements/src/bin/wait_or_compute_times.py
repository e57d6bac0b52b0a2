"""The Python side of wait_or_compute_times."""

import math
import resource
import sys
import time
from collections.abc import Callable
from threading import Thread

WORKERS = 4
PRICES = 100
FIRST = 1_000_000
NUMBERS = 50_000


def fetch_prices(worker: int, workers: int) -> None:
    for _ in range(PRICES // workers):
        time.sleep(0.002)


def test_numbers(worker: int, workers: int) -> None:
    share = NUMBERS // workers
    first = FIRST + worker * share
    sum(
        all(n % d for d in range(2, math.isqrt(n) + 1))
        for n in range(first, first + share)
    )


def threads(job: Callable[[int, int], None]) -> None:
    workers = [Thread(target=job, args=(i, WORKERS)) for i in range(WORKERS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def main() -> None:
    what, how = sys.argv[1].split()
    job = {"prices": fetch_prices, "numbers": test_numbers}[what]
    before = resource.getrusage(resource.RUSAGE_SELF)
    start, cpu_start = time.perf_counter(), time.process_time()
    if how == "serial":
        job(0, 1)
    else:
        threads(job)
    print("wall_s", time.perf_counter() - start)
    print("cpu_s", time.process_time() - cpu_start)
    after = resource.getrusage(resource.RUSAGE_SELF)
    print("waits", after.ru_nvcsw - before.ru_nvcsw)
    print("preemptions", after.ru_nivcsw - before.ru_nivcsw)


if __name__ == "__main__":
    main()
