"""The Python side of false_sharing_times: two processes, a counter each in
shared memory, so many words of eight bytes apart."""

import ctypes
import os
import sys
from multiprocessing import get_context
from multiprocessing.sharedctypes import RawArray
from multiprocessing.synchronize import Barrier
from time import perf_counter
from typing import Any

ADDITIONS = 1_000_000


def work(words: Any, mine: int, cpu: int, together: Barrier, time: Any) -> None:
    os.sched_setaffinity(0, {cpu})
    together.wait()
    start = perf_counter()
    for _ in range(ADDITIONS):
        words[mine] += 1
    time.value = perf_counter() - start


def main() -> None:
    apart = int(sys.argv[1])
    fork = get_context("fork")
    words = RawArray(ctypes.c_uint64, 64)
    times = [fork.Value("d") for _ in range(2)]
    together = fork.Barrier(2)
    cpus = sorted(os.sched_getaffinity(0))[:2]
    workers = [
        fork.Process(
            target=work,
            args=(words, i * apart, cpus[i % len(cpus)], together, times[i]),
        )
        for i in range(2)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(words) == 2 * ADDITIONS
    wall = sum(time.value for time in times) / 2
    print(f"wall_s {wall}\nns_per_addition {wall * 1e9 / ADDITIONS}")


if __name__ == "__main__":
    main()
