"""Four licences, each a locked file. When a holder is killed the kernel gives
its licence back, and the fifth job has one."""

import fcntl
import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory


@contextmanager
def try_acquire(folder: Path) -> Iterator[bool]:
    for number in range(4):
        with open(folder / f"token-{number}", "w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            yield True
            return
    yield False


def convert(folder: Path) -> None:
    with try_acquire(folder):
        # The out-of-memory killer, say.
        os.kill(os.getpid(), signal.SIGKILL)


def count(folder: Path) -> int:
    with ExitStack() as taken:
        licences = 0
        while taken.enter_context(try_acquire(folder)):
            licences += 1
        return licences


def main() -> None:
    fork = get_context("fork")
    with TemporaryDirectory() as name:
        folder = Path(name)
        for _ in range(4):
            job = fork.Process(target=convert, args=(folder,))
            job.start()
            job.join()
            print(f"job: signal: 9 (SIGKILL); licences: {count(folder)}")
        with try_acquire(folder) as acquired:
            assert acquired
            print("the fifth job has a licence")


if __name__ == "__main__":
    main()
