"""What a pool of two processes costs in Python."""

import sys
import time
from multiprocessing import get_context

TASKS = 100_000


def microsecond(seed: int) -> int:
    n = seed
    for _ in range(11):
        n = n * 69069 + 1 & 0xFFFFFFFF
    return n


def square(n: int) -> int:
    return n * n


def measure_map(chunk: int) -> None:
    items = range(TASKS)
    start = time.perf_counter()
    alone = [microsecond(item) for item in items]
    serial = time.perf_counter() - start
    with get_context("fork").Pool(2) as pool:
        start = time.perf_counter()
        results = pool.map(microsecond, items, chunk or None)
        wall = time.perf_counter() - start
    assert results == alone
    print(f"wall_s {wall}")
    print(f"overhead_ns {(wall - serial / 2) / TASKS * 1e9}")
    print(f"serial_s {serial}")


def measure_pool() -> None:
    times = 10
    start = time.perf_counter()
    for _ in range(times):
        pool = get_context("fork").Pool(2)
        assert pool.map(square, [3, 4]) == [9, 16]
        pool.close()
        pool.join()
    print(f"wall_s {(time.perf_counter() - start) / times}")


if __name__ == "__main__":
    match sys.argv[1].split():
        case ["map", chunk]:
            measure_map(int(chunk))
        case ["pool"]:
            measure_pool()
