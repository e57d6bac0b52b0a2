"""The Python side of one_cpu_or_two_times."""

import math
import os
import resource
import sys
import time
from threading import Thread


def fetch_prices() -> None:
    for _ in range(50):
        time.sleep(0.002)


def test_numbers() -> None:
    sum(
        all(n % d for d in range(2, math.isqrt(n) + 1))
        for n in range(1_000_000, 1_025_000)
    )


def main() -> None:
    what, limit = sys.argv[1].split()
    job = {"prices": fetch_prices, "numbers": test_numbers}[what]
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: int(limit)])
    before = resource.getrusage(resource.RUSAGE_SELF)
    start, cpu_start = time.perf_counter(), time.process_time()
    workers = [Thread(target=job) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print("wall_s", time.perf_counter() - start)
    print("cpu_s", time.process_time() - cpu_start)
    after = resource.getrusage(resource.RUSAGE_SELF)
    print("waits", after.ru_nvcsw - before.ru_nvcsw)
    print("preemptions", after.ru_nivcsw - before.ru_nivcsw)


if __name__ == "__main__":
    main()
