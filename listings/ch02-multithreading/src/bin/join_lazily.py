"""A generator starts and joins the threads one by one: nothing overlaps."""

import sys
import threading
from collections.abc import Iterator

PHOTOS = 4
WIDTH, HEIGHT, FACTOR = 64, 48, 4


class Shrinker(threading.Thread):
    def __init__(self, seed: int) -> None:
        super().__init__()
        self.seed = seed
        self.small: list[list[int]] = []
        self.alive = 0

    def run(self) -> None:
        self.alive = threading.active_count() - 1
        photo = [
            [(self.seed + 3 * x + x * y) % 256 for x in range(WIDTH)]
            for y in range(HEIGHT)
        ]
        self.small = [
            [
                sum(sum(row[x : x + FACTOR]) for row in photo[y : y + FACTOR])
                // FACTOR**2
                for x in range(0, WIDTH, FACTOR)
            ]
            for y in range(0, HEIGHT, FACTOR)
        ]


def started() -> Iterator[Shrinker]:
    for seed in range(PHOTOS):
        thread = Shrinker(seed)
        thread.start()
        yield thread


def main() -> None:
    most = 0
    for thread in started():
        thread.join()
        print(f"{len(thread.small[0])} x {len(thread.small)}")
        most = max(most, thread.alive)
    print(f"threads alive at once: {most}")
    if most < PHOTOS:
        sys.exit("not all of them overlapped")


if __name__ == "__main__":
    main()
