#@ differs: `ProcessPoolExecutor` notices the death, and gives up all tasks
"""A worker is killed in mid-task: the executor gives up, for good."""

import os
import signal
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory


def shrink(folder: Path, photo: int) -> int:
    """Write a photo's thumbnail: complete, once it has its name."""
    part = folder / f"{photo}.part"
    was_cut_off = part.exists()
    part.write_text("thumbnail")
    if photo == 5 or photo == 3 and not was_cut_off:
        os.kill(os.getpid(), signal.SIGKILL)
    return part.rename(folder / f"{photo}.jpg").stat().st_size


def main() -> None:
    fork = get_context("fork")
    with TemporaryDirectory() as name, ProcessPoolExecutor(2, fork) as executor:
        task = partial(shrink, Path(name))
        try:
            executor.submit(task, 3).result()
        except BrokenProcessPool:
            print("photo 3: BrokenProcessPool")
        try:
            executor.submit(task, 4).result()
        except BrokenProcessPool:
            print("photo 4, which is sound: BrokenProcessPool")


if __name__ == "__main__":
    main()
