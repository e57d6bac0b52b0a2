"""The Python side of leader_times: from the kill of a leader until the next
one leads."""

import os
import sys
from fcntl import LOCK_EX, LOCK_NB, flock
from multiprocessing import get_context
from pathlib import Path
from select import select
from statistics import median
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import Any

HAND_OVERS, LIMIT = 21, 20

fork = get_context("fork")


def by_pidfd(path: Path, led: Any) -> None:
    with path.open("r+") as file:
        while True:
            try:
                flock(file, LOCK_EX | LOCK_NB)
                break
            except BlockingIOError:
                leader = os.pidfd_open(int(path.read_text().split()[1]))
                select([leader], [], [], LIMIT)
                os.close(leader)
        term = int((file.read().split() or ["0"])[0]) + 1
        file.seek(0)
        file.write(f"{term} {os.getpid()}")
        file.flush()
        led.value = monotonic()
        sleep(LIMIT)


def by_flock(path: Path, led: Any) -> None:
    with path.open("r+") as file:
        flock(file, LOCK_EX)
        led.value = monotonic()
        sleep(LIMIT)


def wait_for(led: Any) -> float:
    end = monotonic() + LIMIT
    while not led.value:
        assert monotonic() < end
        sleep(0.0001)
    return led.value


def main() -> None:
    target = {"pidfd": by_pidfd, "flock": by_flock}[sys.argv[1]]
    times = []
    for _ in range(HAND_OVERS):
        with TemporaryDirectory() as folder:
            path = Path(folder, "leader")
            path.touch()
            leads = [fork.RawValue("d"), fork.RawValue("d")]
            leader, following = (
                fork.Process(target=target, args=(path, led)) for led in leads
            )
            leader.start()
            wait_for(leads[0])
            sleep(0.003)
            following.start()
            # Until it has gone to sleep; if not, it is only quicker.
            sleep(0.02)
            begin = monotonic()
            leader.kill()
            times.append(wait_for(leads[1]) - begin)
            following.kill()
            leader.join()
            following.join()
    print(f"wall_s {median(times):.9f}")


if __name__ == "__main__":
    main()
