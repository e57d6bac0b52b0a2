"""A worker is killed in mid-task: `Pool` waits for its results."""

import os
import signal
from multiprocessing import get_context


def shrink(photo: int) -> int:
    if photo == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return photo


def main() -> None:
    with get_context("fork").Pool(2) as pool:
        results = pool.imap_unordered(shrink, [1, 2, 3, 4], chunksize=2)
        for n, _ in enumerate(results, 1):
            print(f"{n} of 4 photos", flush=True)


if __name__ == "__main__":
    main()
