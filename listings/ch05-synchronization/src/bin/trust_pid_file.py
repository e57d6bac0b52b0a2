"""The leader is killed, and its pid file stays: from then on nobody leads."""

import os
import signal
import sys
from ctypes import c_int
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory


def lead(path: Path, booked: c_int) -> None:
    try:
        # Of all who try it, one makes the file.
        with path.open("x") as file:
            file.write(str(os.getpid()))
    except FileExistsError:
        sys.exit(1)
    booked.value += 1
    print(f"day {booked.value} is booked", flush=True)
    if booked.value < 3:
        signal.raise_signal(signal.SIGKILL)
    path.unlink()


def main() -> None:
    fork = get_context("fork")
    booked = fork.Value("i", lock=False)
    with TemporaryDirectory() as folder:
        path = Path(folder, "leader.pid")
        for _ in range(3):
            process = fork.Process(target=lead, args=(path, booked))
            process.start()
            process.join()
            if process.exitcode == -signal.SIGKILL:
                print("signal: 9 (SIGKILL)")
            else:
                print(f"exit status: {process.exitcode}")
    print("days booked:", booked.value)


if __name__ == "__main__":
    main()
