"""A metal plate, hot at its upper edge. Each of three processes has four of
its rows, and shows its outer rows to its neighbours."""

from multiprocessing import get_context
from multiprocessing.connection import Connection

fork = get_context("fork")
COLUMNS = 8
RANKS = 3
Row = list[float]

HOT = [100.0] * COLUMNS
COLD = [0.0] * COLUMNS


def spread(above: Row, rows: list[Row], below: Row) -> list[Row]:
    """Each place takes the mean of the four around it."""
    tall = [above, *rows, below]

    def place(i: int, j: int) -> float:
        left = tall[i][j - 1] if j > 0 else 0.0
        right = tall[i][j + 1] if j + 1 < COLUMNS else 0.0
        return (tall[i - 1][j] + tall[i + 1][j] + left + right) / 4.0

    return [
        [place(i, j) for j in range(COLUMNS)] for i in range(1, len(rows) + 1)
    ]


def all_max(rank: int, links: dict[int, Connection], value: float) -> float:
    if rank != 0:
        links[0].send(value)
        return links[0].recv()
    value = max(value, *(links[other].recv() for other in range(1, RANKS)))
    for other in range(1, RANKS):
        links[other].send(value)
    return value


def cool(rank: int, links: dict[int, Connection], result: Connection) -> None:
    above = links.get(rank - 1)
    below = links.get(rank + 1)
    rows = [COLD] * 4
    rounds = 0
    while True:
        if above:
            above.send(rows[0])
        if below:
            below.send(rows[3])
        upper = above.recv() if above else HOT
        lower = below.recv() if below else COLD

        new = spread(upper, rows, lower)
        change = max(
            abs(a - b) for row, old in zip(new, rows) for a, b in zip(row, old)
        )
        rows = new
        rounds += 1
        # Also those whose rows rest: the heat may still come.
        if all_max(rank, links, change) < 0.01:
            result.send((rounds, rows))
            return


def main() -> None:
    mesh: list[dict[int, Connection]] = [{} for _ in range(RANKS)]
    for one in range(RANKS):
        for two in range(one):
            mesh[two][one], mesh[one][two] = fork.Pipe()
    results = [fork.Pipe(duplex=False) for _ in range(RANKS)]
    ranks = [
        fork.Process(target=cool, args=(rank, mesh[rank], results[rank][1]))
        for rank in range(RANKS)
    ]
    for process in ranks:
        process.start()
    ends = [result.recv() for result, _ in results]
    for process in ranks:
        process.join()
    print(f"at rest after {ends[0][0]} rounds; the fourth column:")
    for _, rows in ends:
        print(" ".join(f"{row[3]:.1f}" for row in rows))


if __name__ == "__main__":
    main()
