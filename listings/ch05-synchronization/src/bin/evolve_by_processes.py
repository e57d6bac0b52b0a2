"""Three processes compute a strip of the board each, and wait for each other
after every generation, for ten seconds at most."""

from collections.abc import MutableSequence
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier

SIDE, STRIPS = 12, 3
ROWS = SIDE // STRIPS
LIMIT = 10

Board = MutableSequence[int]


def evolve(now: Board, following: Board, rows: range) -> None:
    for row in rows:
        for column in range(SIDE):
            around = sum(
                now[(row + down) % SIDE * SIDE + (column + right) % SIDE]
                for down in (-1, 0, 1)
                for right in (-1, 0, 1)
            )
            own = now[row * SIDE + column]
            alive = around == 3 or (around == 4 and own == 1)
            following[row * SIDE + column] = alive


def work(boards: list[Board], barrier: Barrier, strip: int) -> None:
    rows = range(strip * ROWS, (strip + 1) * ROWS)
    for generation in range(20):
        now = boards[generation % 2]
        following = boards[(generation + 1) % 2]
        evolve(now, following, rows)
        if barrier.wait(LIMIT) == 0 and (generation + 1) % 5 == 0:
            alive = sum(following)
            print(f"generation {generation + 1}: {alive} alive", flush=True)


def main() -> None:
    fork = get_context("fork")
    boards = [fork.RawArray("B", SIDE * SIDE) for _ in range(2)]
    for row, column in [(5, 6), (5, 7), (6, 5), (6, 6), (7, 6)]:
        boards[0][row * SIDE + column] = 1
    barrier = fork.Barrier(STRIPS)
    strips = [
        fork.Process(target=work, args=(boards, barrier, strip))
        for strip in range(STRIPS)
    ]
    for strip in strips:
        strip.start()
    for strip in strips:
        strip.join()
        assert strip.exitcode == 0


if __name__ == "__main__":
    main()
