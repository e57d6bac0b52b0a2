"""What one start of a worker costs, its end included: Python's kinds.

A child of `spawn` or `forkserver` imports this file anew, so that the top
imports little: a program pays for its own imports as well, in every child.
"""

import sys
import time
from collections.abc import Callable
from typing import Any


def nothing() -> None:
    pass


def each(times: int, one: Callable[[], None]) -> float:
    one()
    start = time.perf_counter()
    for _ in range(times):
        one()
    return (time.perf_counter() - start) / times


def start_and_join(make: Callable[..., Any]) -> None:
    worker = make(target=nothing)
    worker.start()
    worker.join()


async def tasks(times: int) -> float:
    import asyncio

    async def task() -> None:
        pass

    start = time.perf_counter()
    for _ in range(times):
        await asyncio.create_task(task())
    return (time.perf_counter() - start) / times


def cost(kind: str) -> float:
    if kind == "thread":
        from threading import Thread

        return each(2_000, lambda: start_and_join(Thread))
    if kind == "pool":
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(2) as pool:
            return each(5_000, lambda: pool.submit(nothing).result())
    if kind == "task":
        import asyncio

        return asyncio.run(tasks(50_000))
    if kind == "subprocess":
        import subprocess

        return each(200, lambda: subprocess.run("true").check_returncode())
    from multiprocessing import get_context

    times = {"fork": 200, "forkserver": 50, "spawn": 10}
    process = get_context(kind).Process
    return each(times[kind], lambda: start_and_join(process))


if __name__ == "__main__":
    seconds = cost(sys.argv[1])
    print(f"wall_s {seconds}")
    print(f"each_us {seconds * 1e6}")
