#@ needs: gil_primes
"""Python calls Rust, with the GIL held and released: CPUs kept busy."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from resource import RUSAGE_SELF, getrusage
from time import perf_counter

import gil_primes


def cpu_seconds() -> float:
    usage = getrusage(RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def measure(name: str, count: Callable[[], int]) -> None:
    wall, cpu = perf_counter(), cpu_seconds()
    primes = count()
    cpus = (cpu_seconds() - cpu) / (perf_counter() - wall)
    print(f"{name}: {primes} primes, ~{cpus:.1f} CPUs busy")


def on_two_threads(count: Callable[[int, int], int]) -> int:
    with ThreadPoolExecutor(2) as threads:
        lower = threads.submit(count, 1_000_000, 1_200_000)
        upper = threads.submit(count, 1_200_000, 1_400_000)
    return lower.result() + upper.result()


def main() -> None:
    measure("GIL held", lambda: on_two_threads(gil_primes.count_attached))
    measure("GIL released", lambda: on_two_threads(gil_primes.count_detached))
    parts: list[int] = []
    measure(
        "rayon's pool",
        lambda: gil_primes.count_on_pool(1_000_000, 1_400_000, parts.append),
    )
    print(f"reported: {len(parts)} parts, {sum(parts)} primes")


if __name__ == "__main__":
    main()
