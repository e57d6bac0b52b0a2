#@ differs: Python forks in a threaded process, with a warning since 3.12
"""Two threads have a log counted by children that a fork server forks."""

import os
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context
from multiprocessing.connection import Connection

# Made anew in each job: CPython 3.11's server preloads nothing.
log = [404 if i * 7919 % 100 < 5 else 200 for i in range(1000)]
server = get_context("forkserver")


def answer(status: int, to_parent: Connection) -> None:
    to_parent.send(log.count(status))


def count(status: int) -> str:
    result, to_us = server.Pipe(duplex=False)
    job = server.Process(target=answer, args=(status, to_us))
    job.start()
    to_us.close()
    found = result.recv()
    job.join()
    return f"{found}, exit status: {job.exitcode}"


def main() -> None:
    with ThreadPoolExecutor(2) as threads:
        found = threads.submit(count, 200)
        missing = threads.submit(count, 404)
        if (pid := os.fork()) == 0:
            os._exit(0)
        print(f"fork here: {os.waitpid(pid, 0)[1] == 0}")
        print(f"200: {found.result()}")
        print(f"404: {missing.result()}")


if __name__ == "__main__":
    main()
