#@ differs: the executor loses what it has not done, and takes no more jobs
"""An executor does not outlive its worker. Each job that it lost is tried once
more, in an executor of its own."""

import os
import signal
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory


def shrink(folder: str, photo: int) -> int:
    part = Path(folder, f"{photo}.part")
    was_cut_off = part.exists()
    part.write_text("thumbnail")
    if photo == 5 or photo == 3 and not was_cut_off:
        os.kill(os.getpid(), signal.SIGKILL)
    return len(part.read_text())


def main() -> None:
    spawn = get_context("spawn")
    lost = []
    # With two workers it would be chance what a death finds undone.
    with TemporaryDirectory() as folder:
        with ProcessPoolExecutor(1, mp_context=spawn) as pool:
            jobs = {n: pool.submit(shrink, folder, n) for n in range(1, 7)}
            for photo, job in jobs.items():
                try:
                    print(f"photo {photo}: {job.result()} bytes")
                except BrokenProcessPool:
                    lost.append(photo)
        print(f"lost: {lost}")
        for photo in lost:
            with ProcessPoolExecutor(1, mp_context=spawn) as pool:
                try:
                    size = pool.submit(shrink, folder, photo).result()
                    print(f"photo {photo}: {size} bytes")
                except BrokenProcessPool as error:
                    print(f"photo {photo}: {type(error).__name__}")


if __name__ == "__main__":
    main()
