"""A process sleeps until another one has sent a reading, and no longer."""

import sys
import time
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path


def receive(readings: Connection) -> None:
    sys.exit(readings.recv())


def is_asleep(pid: int | None) -> bool:
    stat = Path(f"/proc/{pid}/stat").read_text()
    return stat.rpartition(") ")[2].startswith("S")


def main() -> None:
    fork = get_context("fork")
    theirs, ours = fork.Pipe(duplex=False)
    receiver = fork.Process(target=receive, args=(theirs,))
    receiver.start()
    while not is_asleep(receiver.pid):
        time.sleep(0)
    print("the receiver sleeps")
    ours.send(21)
    receiver.join()
    print(f"receiver: exit status: {receiver.exitcode}")


if __name__ == "__main__":
    main()
