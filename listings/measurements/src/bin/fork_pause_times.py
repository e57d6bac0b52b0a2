"""The Python side of fork_pause_times: os.fork beside a bytearray."""

import os
import signal
import statistics
import sys
from time import perf_counter

PAGE = 4096
FORKS = 5


def write(table: bytearray, value: int) -> float:
    pages = range(0, len(table), PAGE)
    start = perf_counter()
    for page in pages:
        table[page] = value
    return (perf_counter() - start) * 1e9 / len(pages)


def main() -> None:
    table = bytearray(int(sys.argv[1]) << 20)
    # A page of zeros is not there until it is written.
    write(table, 1)
    pauses, first, following = [], [], []
    for _ in range(FORKS):
        start = perf_counter()
        child = os.fork()
        if child == 0:
            while True:
                signal.pause()
        pauses.append(perf_counter() - start)
        first.append(write(table, 2))
        following.append(write(table, 3))
        # It held the old pages until here.
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    print(f"wall_s {statistics.median(pauses)}")
    print(f"first_write_ns {statistics.median(first)}")
    print(f"next_write_ns {statistics.median(following)}")


if __name__ == "__main__":
    main()
