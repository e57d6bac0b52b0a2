"""Two threads shrink six photos, each with one scratch buffer of its own."""

import threading

WIDTH, HEIGHT, FACTOR = 64, 48, 4

scratch = threading.local()
made: list[int] = []


def sums() -> list[int]:
    """This thread's buffer, made when it first asks."""
    if not hasattr(scratch, "sums"):
        scratch.sums = [0] * (WIDTH // FACTOR)
        made.append(threading.get_ident())
    return scratch.sums


def shrink(seed: int) -> list[int]:
    row, small = sums(), []
    for top in range(0, HEIGHT, FACTOR):
        row[:] = [0] * len(row)
        for y in range(top, top + FACTOR):
            for x in range(WIDTH):
                row[x // FACTOR] += (seed + 3 * x + x * y) % 256
        small += [total // FACTOR**2 for total in row]
    return small


class Shrinker(threading.Thread):
    def __init__(self, seeds: range) -> None:
        super().__init__()
        self.seeds = seeds
        self.small: list[list[int]] = []

    def run(self) -> None:
        self.small = [shrink(seed) for seed in self.seeds]


def main() -> None:
    threads = [Shrinker(seeds) for seeds in (range(3), range(3, 6))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
        print(f"a thread, {len(thread.small)} photos")
    print(f"scratch buffers: {len(made)}")


if __name__ == "__main__":
    main()
