"""What a message of 64 bytes costs from process to process in Python."""

import os
import resource
import sys
import time
from collections.abc import Callable
from multiprocessing import get_context

MESSAGES = 20_000
MESSAGE = bytes(64)


def measure(kind: str, pairs: int) -> None:
    fork = get_context("fork")
    queue = fork.Queue(4096) if kind == "Queue" else fork.SimpleQueue()
    times = fork.RawArray("d", 4 * pairs)
    start = fork.Barrier(2 * pairs)
    cores = sorted(os.sched_getaffinity(0))

    def produce() -> None:
        for _ in range(MESSAGES):
            queue.put(MESSAGE)

    def consume() -> None:
        for _ in range(MESSAGES):
            queue.get()

    def child(i: int, core: int, work: Callable[[], None]) -> None:
        os.sched_setaffinity(0, [cores[core % len(cores)]])
        start.wait()
        times[2 * i] = time.monotonic()
        work()
        times[2 * i + 1] = time.monotonic()

    children = []
    for i in range(pairs):
        children.append(fork.Process(target=child, args=(2 * i, 0, produce)))
        children.append(
            fork.Process(target=child, args=(2 * i + 1, 1, consume))
        )
    for process in children:
        process.start()
    for process in children:
        process.join()
        assert process.exitcode == 0
    wall = max(times[1::2]) - min(times[0::2])
    each = wall / (pairs * MESSAGES)
    print(f"wall_s {each * 1e6}")
    print(f"message_ns {each * 1e9}")
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = usage.ru_utime + usage.ru_stime
    print(f"cpu_ns {cpu / (pairs * MESSAGES) * 1e9}")


if __name__ == "__main__":
    kind, pairs = sys.argv[1].split()
    measure(kind, int(pairs))
