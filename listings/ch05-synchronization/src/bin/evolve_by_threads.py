"""Three threads compute a strip of the board each, and wait for each other
after every generation."""

from threading import Barrier, Thread

SIDE, STRIPS = 12, 3
ROWS = SIDE // STRIPS


def evolve(now: bytearray, following: bytearray, rows: range) -> None:
    for row in rows:
        for column in range(SIDE):
            around = sum(
                now[(row + down) % SIDE * SIDE + (column + right) % SIDE]
                for down in (-1, 0, 1)
                for right in (-1, 0, 1)
            )
            own = now[row * SIDE + column]
            alive = around == 3 or (around == 4 and own)
            following[row * SIDE + column] = alive


def work(boards: list[bytearray], barrier: Barrier, strip: int) -> None:
    rows = range(strip * ROWS, (strip + 1) * ROWS)
    for generation in range(20):
        now = boards[generation % 2]
        following = boards[(generation + 1) % 2]
        evolve(now, following, rows)
        if barrier.wait() == 0 and (generation + 1) % 5 == 0:
            print(f"generation {generation + 1}: {sum(following)} alive")


def main() -> None:
    boards = [bytearray(SIDE * SIDE), bytearray(SIDE * SIDE)]
    for row, column in [(5, 6), (5, 7), (6, 5), (6, 6), (7, 6)]:
        boards[0][row * SIDE + column] = 1
    barrier = Barrier(STRIPS)
    threads = [
        Thread(target=work, args=(boards, barrier, strip))
        for strip in range(STRIPS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main()
