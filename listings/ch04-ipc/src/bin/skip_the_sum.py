"""One rank has found nothing, and leaves out the sum. Rank 0 waits for it,
and the others wait for rank 0."""

from multiprocessing import get_context
from multiprocessing.connection import Connection

fork = get_context("fork")
FOUND = [3, 1, 0, 2]


def work(rank: int, root: Connection, result: Connection) -> None:
    if FOUND[rank] > 0:
        root.send(FOUND[rank])
    result.send(root.recv())


def lead(links: list[Connection], result: Connection) -> None:
    total = FOUND[0] + sum(link.recv() for link in links)
    for link in links:
        link.send(total)
    result.send(total)


def main() -> None:
    print("four ranks add up what they have found", flush=True)
    links = [fork.Pipe() for _ in FOUND[1:]]
    results = [fork.Pipe(duplex=False) for _ in FOUND]
    to_ranks = [ours for ours, _ in links]
    ranks = [fork.Process(target=lead, args=(to_ranks, results[0][1]))]
    for rank, (_, root) in enumerate(links, start=1):
        args = (rank, root, results[rank][1])
        ranks.append(fork.Process(target=work, args=args))
    for process in ranks:
        process.start()
    for rank, (result, _) in enumerate(results):
        print(f"rank {rank}: {result.recv()}")
    for process in ranks:
        process.join()


if __name__ == "__main__":
    main()
