#@ differs: it starts processes in three ways, `fork`, `forkserver` and `spawn`
"""Starts three workers of each kind, and counts what that brought."""

import asyncio
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context
from multiprocessing.connection import Connection

Report = tuple[int, int, int]

counter = 0
processes: set[int] = set()
threads: set[int] = set()


def job() -> Report:
    """The job of every worker: it adds 1, and says where it ran."""
    global counter
    counter += 1
    return os.getpid(), threading.get_native_id(), counter


def send(to_parent: Connection) -> None:
    to_parent.send(job())


def process(method: str) -> Report:
    context = get_context(method)
    answer, to_parent = context.Pipe(duplex=False)
    child = context.Process(target=send, args=(to_parent,))
    child.start()
    to_parent.close()
    report = answer.recv()
    child.join()
    return report


def thread() -> Report:
    reports: list[Report] = []
    worker = threading.Thread(target=lambda: reports.append(job()))
    worker.start()
    worker.join()
    return reports[0]


def task() -> Report:
    async def report() -> Report:
        return job()

    async def main() -> Report:
        return await asyncio.create_task(report())

    return asyncio.run(main())


def row(kind: str, start: Callable[[], Report], times: int = 3) -> None:
    global counter
    before = len(processes), len(threads)
    reports = [start() for _ in range(times)]
    processes.update(report[0] for report in reports)
    threads.update(report[1] for report in reports)
    new = len(processes) - before[0], len(threads) - before[1]
    counts = " ".join(str(report[2]) for report in reports)
    print(f"{kind:<13}{new[0]:>7}{new[1]:>9}   {counts}")
    counter = 10


def main() -> None:
    print("started    processes  threads   counter, from 10")
    row("main", job, times=1)
    row("3 async tasks", task)
    row("3 forks", lambda: process("fork"))
    row("3 forkservers", lambda: process("forkserver"))
    row("3 spawns", lambda: process("spawn"))
    row("3 threads", thread)
    with ThreadPoolExecutor(max_workers=1) as pool:
        row("a pool of 1", lambda: pool.submit(job).result(), times=1)
        row("3 pool tasks", lambda: pool.submit(job).result())


if __name__ == "__main__":
    main()
