#@ differs: `Pool` does not tell of a killed worker: one result never comes
"""Two threads have photos shrunk by pools that a fork server forks."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import TimeoutError, get_context

ALBUMS = [[1, 2, 3, 4], [5, 6]]


def shrink(photo: int) -> tuple[int, int]:
    if photo == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return photo, photo * 100


def album(photos: list[int]) -> list[str]:
    lines = []
    with get_context("forkserver").Pool(2) as pool:
        results = pool.imap_unordered(shrink, photos)
        for come in range(len(photos)):
            # With a worker for it, the last photo would not take so long.
            last = come == len(photos) - 1 and 3 in photos
            try:
                photo, size = results.next(timeout=0.3 if last else 20)
                lines.append(f"photo {photo}: {size} bytes")
            except TimeoutError:
                lines.append("photo 3 does not come")
    return sorted(lines)


def main() -> None:
    with ThreadPoolExecutor(2) as threads:
        for lines in threads.map(album, ALBUMS):
            print("\n".join(lines))


if __name__ == "__main__":
    main()
