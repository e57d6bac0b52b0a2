"""A thread for each photo of a folder; each hands back a smaller photo."""

from concurrent.futures import ThreadPoolExecutor

FOLDER = ["beach", "castle", "harbour", "market"]
WIDTH, HEIGHT, FACTOR = 64, 48, 4

Photo = list[list[int]]


def photo_from_seed(seed: int) -> Photo:
    return [
        [(seed + 3 * x + x * y) % 256 for x in range(WIDTH)]
        for y in range(HEIGHT)
    ]


def shrink(photo: Photo) -> Photo:
    """Each pixel is the mean of a square of `FACTOR` by `FACTOR`."""
    return [
        [
            sum(sum(row[x : x + FACTOR]) for row in photo[y : y + FACTOR])
            // FACTOR**2
            for x in range(0, WIDTH, FACTOR)
        ]
        for y in range(0, HEIGHT, FACTOR)
    ]


def main() -> None:
    with ThreadPoolExecutor(max_workers=len(FOLDER)) as pool:
        futures = [
            pool.submit(shrink, photo_from_seed(seed))
            for seed in range(len(FOLDER))
        ]
        small = [future.result() for future in futures]
    for name, photo in zip(FOLDER, small, strict=True):
        width, height = len(photo[0]), len(photo)
        mean = sum(map(sum, photo)) // (width * height)
        print(f"{name}: {width} x {height}, mean {mean}")
    print(f"shrunk {len(small)} photos")


if __name__ == "__main__":
    main()
