"""Three processes lead one after the other, and each books a day. Two are
killed while they lead."""

import os
import signal
from ctypes import c_int
from errno import EINVAL, ENOENT, ESRCH
from fcntl import LOCK_EX, LOCK_NB, flock
from multiprocessing import get_context
from pathlib import Path
from select import select
from tempfile import TemporaryDirectory
from time import sleep

LIMIT = 20


def watch(lock: Path) -> None:
    """Waits until the process has ended whose pid the file says."""
    try:
        leader = os.pidfd_open(int(lock.read_text().split()[1]))
    except IndexError:
        return  # No name is written yet.
    except OSError as error:
        if error.errno not in (EINVAL, ENOENT, ESRCH):
            raise
        return  # The number is nobody's, or by now a thread's.
    select([leader], [], [], LIMIT)
    os.close(leader)


def lead(lock: Path, booked: c_int) -> None:
    file = lock.open("r+")
    while True:
        try:
            flock(file, LOCK_EX | LOCK_NB)
            break
        except BlockingIOError:
            watch(lock)
            sleep(0.001)  # The next one has the lock first, and then a name.
    term = int((file.read().split() or ["0"])[0]) + 1
    file.seek(0)
    file.write(f"{term} {os.getpid()}\n")
    file.flush()
    booked.value += 1
    day = booked.value
    print(f"term {term}: day {day} is booked", flush=True)
    if day < 3:
        signal.raise_signal(signal.SIGKILL)


def main() -> None:
    fork = get_context("fork")
    booked = fork.Value("i", lock=False)
    with TemporaryDirectory() as folder:
        lock = Path(folder, "leader")
        lock.touch()
        processes = [
            fork.Process(target=lead, args=(lock, booked)) for _ in range(3)
        ]
        for process in processes:
            process.start()
        for process in processes:
            process.join()
    print("killed:", sum(process.exitcode != 0 for process in processes))
    print("days booked:", booked.value)


if __name__ == "__main__":
    main()
