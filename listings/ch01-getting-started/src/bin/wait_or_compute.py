"""Is a job waiting or computing? The kernel's own counts tell."""

import math
import resource
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

WORKERS = 4


def fetch_price(article: int) -> int:
    """The sleep stands for the wait for a slow price service."""
    time.sleep(0.002)
    return 100 + article % 7


def is_prime(n: int) -> bool:
    return n >= 2 and all(n % d for d in range(2, math.isqrt(n) + 1))


def serial(job: Callable[[int], int], items: Iterable[int]) -> int:
    return sum(map(job, items))


def threads(job: Callable[[int], int], items: range) -> int:
    # To hand over 10,000 numbers one by one would take longer than to test
    # them, and `map` heeds its `chunksize` for processes only.
    shares = [items[first::WORKERS] for first in range(WORKERS)]
    with ThreadPoolExecutor(WORKERS) as pool:
        return sum(pool.map(lambda share: serial(job, share), shares))


def try_both(name: str, job: Callable[[int], int], items: range) -> None:
    before = resource.getrusage(resource.RUSAGE_THREAD)
    start, cpu_start = time.perf_counter(), time.thread_time()
    total = serial(job, items)
    wall = time.perf_counter() - start
    cpu = time.thread_time() - cpu_start
    after = resource.getrusage(resource.RUSAGE_THREAD)
    waits = after.ru_nvcsw - before.ru_nvcsw
    # A wait an item is what is expected, or none at all: half lies well
    # away from both.
    kind = "waiting" if waits * 2 >= len(items) else "computing"
    print(
        f"{name}: {len(items)} items, sum {total}, ~{waits} waits,"
        f" ~{cpu / wall * 100:.0f} % on the CPU: {kind}"
    )
    start = time.perf_counter()
    total = threads(job, items)
    gain = wall / (time.perf_counter() - start)
    print(f"  {WORKERS} threads: sum {total}, ~{gain:.1f} times as fast")


def main() -> None:
    try_both("prices", fetch_price, range(40))
    try_both("numbers", is_prime, range(1_000_000, 1_010_000))


if __name__ == "__main__":
    main()
