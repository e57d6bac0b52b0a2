"""Two processes find the pid file of one that is dead, and both replace it."""

import os
from ctypes import c_int
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path
from tempfile import TemporaryDirectory


def lead(path: Path, booked: c_int, both: Barrier, is_first: bool) -> None:
    try:
        os.kill(int(path.read_text()), 0)
        raise RuntimeError("somebody leads")
    except ProcessLookupError:
        pass
    # Both have looked.
    both.wait()
    if not is_first:
        # The second waits until the first has made its file.
        both.wait()
    path.unlink()
    with path.open("x") as file:
        file.write(str(os.getpid()))
    if is_first:
        both.wait()
    days = booked.value
    # Both lead.
    both.wait()
    booked.value = days + 1
    print(f"a leader has booked day {days + 1}", flush=True)


def main() -> None:
    fork = get_context("fork")
    dead = fork.Process()
    dead.start()
    dead.join()
    booked, both = fork.Value("i", lock=False), fork.Barrier(2)
    with TemporaryDirectory() as folder:
        path = Path(folder, "leader.pid")
        path.write_text(str(dead.pid))
        processes = [
            fork.Process(target=lead, args=(path, booked, both, is_first))
            for is_first in (True, False)
        ]
        for process in processes:
            process.start()
        for process in processes:
            process.join()
            assert process.exitcode == 0
    print("days booked:", booked.value)


if __name__ == "__main__":
    main()
