"""The Python side of round_trip_times: two `Queue`s, and a `Pipe` of bytes."""

import os
import sys
from collections.abc import Callable
from multiprocessing import get_context
from statistics import median
from time import perf_counter
from typing import Any

BLOCKS = 51
BLOCK = 20
MESSAGE = bytes(56)


def pin(cpus: list[int], which: int) -> None:
    os.sched_setaffinity(0, {cpus[min(which, len(cpus) - 1)]})


def answer(
    cpus: list[int], which: int, take: Callable[[], bytes], send: Any
) -> None:
    pin(cpus, which)
    while message := take():
        send(message)


def main() -> None:
    kind, where = sys.argv[1].split("-")
    fork = get_context("fork")
    cpus = sorted(os.sched_getaffinity(0))
    if kind == "queue":
        there, back = fork.Queue(), fork.Queue()
        send, take, asked, to = there.put, back.get, there.get, back.put
    else:
        ours, theirs = fork.Pipe()
        send, take = ours.send_bytes, ours.recv_bytes
        asked, to = theirs.recv_bytes, theirs.send_bytes
    which = 1 if where == "two" else 0
    child = fork.Process(target=answer, args=(cpus, which, asked, to))
    child.start()
    pin(cpus, 0)
    times = []
    for _ in range(BLOCKS):
        start = perf_counter()
        for _ in range(BLOCK):
            send(MESSAGE)
            assert take() == MESSAGE
        times.append((perf_counter() - start) / BLOCK)
    send(b"")
    child.join()
    each = median(times)
    print(f"wall_s {each * 1000}\nns_per_trip {each * 1e9}")


if __name__ == "__main__":
    main()
