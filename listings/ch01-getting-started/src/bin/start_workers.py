#@ differs: it starts processes in three ways, `fork`, `forkserver` and `spawn`
"""Starts three workers of each kind, and counts what that brought."""

import asyncio
import os
import threading
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


async def tasks() -> list[Report]:
    async def task() -> Report:
        return job()

    started = [asyncio.create_task(task()) for _ in range(3)]
    return await asyncio.gather(*started)


def row(kind: str, reports: list[Report]) -> None:
    global counter
    before = len(processes), len(threads)
    processes.update(report[0] for report in reports)
    threads.update(report[1] for report in reports)
    new = len(processes) - before[0], len(threads) - before[1]
    counts = " ".join(str(report[2]) for report in reports)
    print(f"{kind:<13}{new[0]:>7}{new[1]:>9}   {counts}")
    counter = 10


def main() -> None:
    print("started    processes  threads   counter, from 10")
    row("main", [job()])
    row("3 async tasks", asyncio.run(tasks()))
    for method in ("fork", "forkserver", "spawn"):
        row(f"3 {method}s", [process(method) for _ in range(3)])
    row("3 threads", [thread() for _ in range(3)])
    with ThreadPoolExecutor(max_workers=1) as pool:
        row("a pool of 1", [pool.submit(job).result()])
        row("3 pool tasks", [pool.submit(job).result() for _ in range(3)])


if __name__ == "__main__":
    main()
