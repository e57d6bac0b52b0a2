"""A thread for each photo of a folder; each keeps a smaller photo."""

import sys
import threading

FOLDER = ["beach", "castle", "harbour", "market"]
WIDTH, HEIGHT, FACTOR = 64, 48, 4

Photo = list[list[int]]

all_started = threading.Barrier(len(FOLDER))


def photo_from_seed(seed: int) -> Photo:
    return [
        [(seed + 3 * x + x * y) % 256 for x in range(WIDTH)]
        for y in range(HEIGHT)
    ]


def shrunk(photo: Photo) -> Photo:
    """Each pixel is the mean of a square of `FACTOR` by `FACTOR`."""
    return [
        [
            sum(sum(row[x : x + FACTOR]) for row in photo[y : y + FACTOR])
            // FACTOR**2
            for x in range(0, WIDTH, FACTOR)
        ]
        for y in range(0, HEIGHT, FACTOR)
    ]


class Shrinker(threading.Thread):
    """`join` returns nothing, so that `run` keeps what it found."""

    def __init__(self, name: str, photo: Photo) -> None:
        super().__init__(name=name)
        self.photo = photo
        self.small: Photo = []
        self.alive = 0

    def run(self) -> None:
        all_started.wait()
        self.alive = threading.active_count() - 1
        self.small = shrunk(self.photo)


def main() -> None:
    threads = [
        Shrinker(name, photo_from_seed(seed))
        for seed, name in enumerate(FOLDER)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
        width, height = len(thread.small[0]), len(thread.small)
        mean = sum(map(sum, thread.small)) // (width * height)
        print(f"{thread.name}: {width} x {height}, mean {mean}")
    most = max(thread.alive for thread in threads)
    print(f"threads alive at once: {most}")
    if most < len(FOLDER):
        sys.exit("not all of them overlapped")


if __name__ == "__main__":
    main()
