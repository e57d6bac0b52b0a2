"""What it takes in Python to have another process sum numbers."""

import os
import statistics
import sys
import time
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.shared_memory import SharedMemory
from typing import Any

try:
    import numpy as np
except ImportError:
    np = None  # type: ignore[assignment]

FORK = get_context("fork")
PROCESSORS = sorted(os.sched_getaffinity(0))


def pin(n: int) -> None:
    if len(PROCESSORS) > 1:
        os.sched_setaffinity(0, {PROCESSORS[n % len(PROCESSORS)]})


def make(size: int) -> Any:
    if np:
        return np.arange(size // 8, dtype="f8") % 1000
    return memoryview(bytes(size)).cast("d")


def total(numbers: Any) -> float:
    if np:
        return float(np.frombuffer(numbers).sum())
    return sum(memoryview(numbers).cast("B").cast("d"))


def between(
    size: int, send: Callable[[Any], None], receive: Callable[[], float]
) -> None:
    times = 3 if size >= 16 << 20 else 21
    numbers = make(size)
    expected = total(numbers)
    started = FORK.RawValue("d")
    ready = FORK.Semaphore(0)
    summed = FORK.Semaphore(0)

    def sender() -> None:
        pin(1)
        for _ in range(times + 1):
            ready.acquire()
            started.value = time.perf_counter()
            send(numbers)
            # A queue sends by a thread, which is to have ended the last.
            summed.acquire()

    child = FORK.Process(target=sender)
    child.start()
    walls = []
    for _ in range(times + 1):
        ready.release()
        assert receive() == expected
        walls.append(time.perf_counter() - started.value)
        summed.release()
    child.join()
    wall = statistics.median(walls[1:])
    print(f"wall_s {wall}")
    print(f"gb_per_s {size / wall / 1e9}")


def measure_queue(size: int) -> None:
    queue = FORK.Queue()
    if np:
        between(size, queue.put, lambda: total(queue.get()))
    else:
        between(size, lambda n: queue.put(bytes(n)), lambda: total(queue.get()))


def measure_bytes(size: int) -> None:
    reader, writer = FORK.Pipe(duplex=False)
    between(size, writer.send_bytes, lambda: total(reader.recv_bytes()))


def measure_shared(size: int) -> None:
    memory = SharedMemory(create=True, size=size)
    memory.buf[:] = memoryview(make(size)).cast("B")
    full = FORK.Semaphore(0)

    def receive() -> float:
        full.acquire()
        return total(memory.buf)

    between(size, lambda _: full.release(), receive)
    memory.close()
    memory.unlink()


if __name__ == "__main__":
    pin(0)
    how, size = sys.argv[1].split()
    measures = {
        "queue": measure_queue,
        "bytes": measure_bytes,
        "shared": measure_shared,
    }
    measures[how](int(size))
