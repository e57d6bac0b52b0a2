#@ differs: `Pool` starts another worker, but the job is lost
#@ hangs: 1s
"""A worker is killed in mid-job: `Pool.map` waits for its result."""

import os
import signal
from multiprocessing import get_context


def shrink(photo: int) -> int:
    if photo == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return photo


def main() -> None:
    with get_context("fork").Pool(2) as pool:
        print("maps 4 photos", flush=True)
        photos = pool.map(shrink, [1, 2, 3, 4], chunksize=2)
        print(f"{len(photos)} of 4 photos")


if __name__ == "__main__":
    main()
