"""What a message of 64 bytes costs from one Python process to another."""

import os
import sys
import time
from collections.abc import Callable
from multiprocessing import get_context

MESSAGES = 100_000
MESSAGE = bytes(64)

fork = get_context("fork")


def write(send: Callable[[bytes], None], cpu: int) -> None:
    os.sched_setaffinity(0, {cpu})
    for _ in range(MESSAGES):
        send(MESSAGE)


def main() -> None:
    if sys.argv[1] == "queue":
        queue = fork.Queue()
        send, receive = queue.put, queue.get
    else:
        source, to = fork.Pipe(duplex=False)
        send, receive = to.send_bytes, source.recv_bytes
    cpus = sorted(os.sched_getaffinity(0))
    writer = fork.Process(target=write, args=(send, cpus[-1]))
    writer.start()
    os.sched_setaffinity(0, {cpus[0]})
    receive()
    start = time.perf_counter()
    count = 0
    for _ in range(1, MESSAGES):
        count += len(receive())
    wall = time.perf_counter() - start
    assert count == 64 * (MESSAGES - 1)
    writer.join()
    print(f"wall_s {wall / (MESSAGES - 1)}")
    print(f"ns {wall / (MESSAGES - 1) * 1e9}")


if __name__ == "__main__":
    main()
