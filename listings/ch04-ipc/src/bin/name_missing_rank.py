#@ differs: the children have copies of each other's ends, so that nobody sees an end of file: rank 0 ends them
"""One rank leaves out the sum. Rank 0 waits for it for a while, says who is
missing, and gives up."""

import time
from multiprocessing import get_context
from multiprocessing.connection import Connection

fork = get_context("fork")
FOUND = [3, 1, 0, 2]


def work(rank: int, root: Connection) -> None:
    if FOUND[rank] > 0:
        root.send(FOUND[rank])
    root.recv()


def lead(links: list[Connection]) -> int:
    total = FOUND[0]
    deadline = time.monotonic() + 1.0
    missing = []
    for rank, link in enumerate(links, start=1):
        if link.poll(max(0, deadline - time.monotonic())):
            total += link.recv()
        else:
            missing.append(rank)
    if missing:
        raise TimeoutError(f"not in time: ranks {missing}")
    for link in links:
        link.send(total)
    return total


def main() -> None:
    links = [fork.Pipe() for _ in FOUND[1:]]
    ranks = [
        fork.Process(target=work, args=(rank, root))
        for rank, (_, root) in enumerate(links, start=1)
    ]
    for process in ranks:
        process.start()
    try:
        print(f"rank 0: {lead([ours for ours, _ in links])}")
    except TimeoutError as why:
        print(f"rank 0: {why}")
    for process in ranks:
        process.terminate()
        process.join()


if __name__ == "__main__":
    main()
