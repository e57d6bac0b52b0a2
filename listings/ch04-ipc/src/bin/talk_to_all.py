"""Four processes share out sensor readings, sort them among each other, and
add them up."""

from functools import reduce
from itertools import chain
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

fork = get_context("fork")
SIZE = 4


class Rank:
    """mpi4py's `comm`, by pipes: as far as it is needed here, so that the
    root is always rank 0."""

    def __init__(self, rank: int, links: dict[int, Connection]) -> None:
        self.rank, self.links = rank, links

    def bcast(self, value: Any) -> Any:
        return self.scatter([value] * SIZE)

    def scatter(self, values: list[Any]) -> Any:
        if self.rank != 0:
            return self.links[0].recv()
        for rank, link in self.links.items():
            link.send(values[rank])
        return values[0]

    def gather(self, value: Any) -> list[Any] | None:
        if self.rank != 0:
            self.links[0].send(value)
            return None
        return [value, *(link.recv() for link in self.links.values())]

    def reduce(self, value: Any, op: Any) -> Any:
        values = self.gather(value)
        return None if values is None else reduce(op, values)

    def alltoall(self, values: list[Any]) -> list[Any]:
        # All send first: right for what fits into a socket.
        for rank, link in self.links.items():
            link.send(values[rank])
        got = {rank: link.recv() for rank, link in self.links.items()}
        got[self.rank] = values[self.rank]
        return [got[rank] for rank in range(SIZE)]


def sort_and_add(comm: Rank) -> str:
    scale, parts = 0, []
    if comm.rank == 0:
        scale, parts = 10, [[3, 1], [2, 0], [1, 3], [0, 2]]
    scale = comm.bcast(scale)
    part = comm.scatter(parts)

    # Readings of size n are for rank n.
    buckets: list[list[int]] = [[] for _ in range(SIZE)]
    for reading in part:
        buckets[reading].append(reading * scale)
    mine = list(chain.from_iterable(comm.alltoall(buckets)))

    most = comm.reduce(sum(mine), max)
    everything = comm.gather(mine)
    line = f"got {part}, sorted {mine}"
    if comm.rank == 0:
        line += f", all {everything}, largest sum {most}"
    return line


def run(rank: int, links: dict[int, Connection], result: Connection) -> None:
    result.send(sort_and_add(Rank(rank, links)))


def main() -> None:
    mesh: list[dict[int, Connection]] = [{} for _ in range(SIZE)]
    for one in range(SIZE):
        for two in range(one):
            mesh[two][one], mesh[one][two] = fork.Pipe()
    results = [fork.Pipe(duplex=False) for _ in range(SIZE)]
    ranks = [
        fork.Process(target=run, args=(rank, mesh[rank], results[rank][1]))
        for rank in range(SIZE)
    ]
    for process in ranks:
        process.start()
    for rank, process in enumerate(ranks):
        print(f"rank {rank}: {results[rank][0].recv()}")
        process.join()


if __name__ == "__main__":
    main()
