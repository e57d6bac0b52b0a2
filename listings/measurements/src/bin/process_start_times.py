"""What it costs to run a function in another process: Python's methods.

A child of `spawn` or `forkserver` imports this file anew, so that the top
imports little: a program pays for its own imports as well, in every child.
"""

import sys
import time
from multiprocessing import get_context
from multiprocessing.connection import Connection


def add_one(answer: Connection, n: int) -> None:
    answer.send(n + 1)


def seconds_each(method: str, times: int) -> float:
    context = get_context(method)

    def one(n: int) -> None:
        answer, to_parent = context.Pipe(duplex=False)
        worker = context.Process(target=add_one, args=(to_parent, n))
        worker.start()
        to_parent.close()
        assert answer.recv() == n + 1
        worker.join()
        answer.close()

    one(0)
    start = time.perf_counter()
    for n in range(times):
        one(n)
    return (time.perf_counter() - start) / times


if __name__ == "__main__":
    method = sys.argv[1]
    each = seconds_each(method, {"fork": 100, "forkserver": 50}.get(method, 10))
    print(f"wall_s {each}")
    print(f"each_us {each * 1e6}")
