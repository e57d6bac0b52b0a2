"""Each log is parsed in a process of its own: one fails, one crashes."""

import os
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack
from multiprocessing import get_context

LOGS = [
    "get / 200\nget /old 404\n",
    "get / 200\nget /old 4o4\n",
    "get / 200\nget \0 404\n",
]


def status(line: str) -> int:
    if "\0" in line:
        os.abort()  # stands for a bug in a C extension
    code = line.rpartition(" ")[2]
    if not code.isdecimal():
        raise ValueError(f"no status: {line}")
    return int(code)


def count(log: str, wanted: int) -> int:
    return sum(status(line) == wanted for line in log.splitlines())


def main() -> None:
    spawn = get_context("spawn")
    with ExitStack() as stack:
        answers = []
        for log in LOGS:
            worker = ProcessPoolExecutor(1, mp_context=spawn)
            stack.enter_context(worker)
            answers.append(worker.submit(count, log, 404))
        for missing in answers:
            try:
                print(f"pages missing: {missing.result()}")
            except ValueError as error:
                print(f"the worker failed: {error}")
            except BrokenProcessPool:
                print("the worker is gone")


if __name__ == "__main__":
    main()
