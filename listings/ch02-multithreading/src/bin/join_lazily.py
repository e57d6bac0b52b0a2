"""A generator starts the jobs, and each is awaited before the next start."""

import sys
import threading
from concurrent.futures import ThreadPoolExecutor

WIDTH, HEIGHT, FACTOR = 64, 48, 4
PHOTOS = 4

Photo = list[list[int]]

lock = threading.Lock()
at_work = 0


def shrink(seed: int) -> tuple[Photo, int]:
    """Returns the small photo, and how many threads were at work."""
    global at_work
    with lock:
        at_work += 1
        seen = at_work
    photo = [
        [(seed + 3 * x + x * y) % 256 for x in range(WIDTH)]
        for y in range(HEIGHT)
    ]
    small = [
        [
            sum(sum(row[x : x + FACTOR]) for row in photo[y : y + FACTOR])
            // FACTOR**2
            for x in range(0, WIDTH, FACTOR)
        ]
        for y in range(0, HEIGHT, FACTOR)
    ]
    with lock:
        at_work -= 1
    return small, seen


def main() -> None:
    most = 0
    with ThreadPoolExecutor(max_workers=PHOTOS) as pool:
        futures = (pool.submit(shrink, seed) for seed in range(PHOTOS))
        for future in futures:
            small, seen = future.result()
            print(f"{len(small[0])} x {len(small)}")
            most = max(most, seen)
    print(f"threads at work at once: {most}")
    if most < PHOTOS:
        sys.exit("not all of them overlapped")


if __name__ == "__main__":
    main()
