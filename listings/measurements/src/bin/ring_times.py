"""The Python side of ring_times: a `Queue`, and a `Pipe` of bytes."""

import os
import sys
from multiprocessing import get_context
from multiprocessing.connection import Connection
from time import perf_counter
from typing import Any

MESSAGES = 20_000
MESSAGE = bytes(56)


def pin(cpus: list[int], which: int) -> None:
    os.sched_setaffinity(0, {cpus[min(which, len(cpus) - 1)]})


def send_to_queue(queue: Any, cpus: list[int]) -> None:
    pin(cpus, 1)
    for _ in range(MESSAGES + 1):
        queue.put(MESSAGE)


def send_to_pipe(pipe: Connection, cpus: list[int]) -> None:
    pin(cpus, 1)
    for _ in range(MESSAGES + 1):
        pipe.send_bytes(MESSAGE)


def main() -> None:
    fork = get_context("fork")
    cpus = sorted(os.sched_getaffinity(0))
    if sys.argv[1] == "queue":
        queue = fork.Queue()
        child = fork.Process(target=send_to_queue, args=(queue, cpus))
        take = queue.get
    else:
        theirs, ours = fork.Pipe(duplex=False)
        child = fork.Process(target=send_to_pipe, args=(ours, cpus))
        take = theirs.recv_bytes
    child.start()
    pin(cpus, 0)
    # The child is there.
    take()
    start = perf_counter()
    total = sum(len(take()) for _ in range(MESSAGES))
    wall = perf_counter() - start
    child.join()
    assert total == MESSAGES * len(MESSAGE), total
    print(f"wall_s {wall}\nns_per_message {wall * 1e9 / MESSAGES}")


if __name__ == "__main__":
    main()
