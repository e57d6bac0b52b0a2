"""Three branches settle four days in phases, and whoever leads books them.
The leader is killed on the third day."""

import os
import signal
from fcntl import LOCK_EX, LOCK_NB, flock
from multiprocessing import get_context
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TextIO

fork = get_context("fork")
BRANCHES, DAYS, LIMIT = 3, 4, 20


class Office:
    def __init__(self) -> None:
        self.changed = fork.Condition()
        # Each lost branch begins another age.
        self.age, self.phase, self.arrived, self.days, self.total = (
            fork.RawValue("I") for _ in range(5)
        )
        self.takings = fork.RawArray("I", BRANCHES)

    def meet(self, age: int) -> bool:
        """False: a branch is lost."""
        with self.changed:
            if self.age.value != age:
                return False
            phase = self.phase.value
            self.arrived.value += 1
            if self.arrived.value == BRANCHES:
                self.begin_phase()
            elif not self.changed.wait_for(
                lambda: (self.age.value, self.phase.value) != (age, phase), LIMIT
            ):
                raise TimeoutError
            return self.age.value == age

    def begin_phase(self) -> None:
        self.arrived.value = 0
        self.phase.value += 1
        self.changed.notify_all()

    def begin_age(self) -> None:
        with self.changed:
            self.age.value += 1
            self.begin_phase()


def try_lead(lock: TextIO) -> int:
    try:
        flock(lock, LOCK_EX | LOCK_NB)
    except BlockingIOError:
        return 0
    lock.seek(0)
    term = int(lock.read() or 0) + 1
    lock.seek(0)
    lock.write(str(term))
    lock.flush()
    return term


def settle(office: Office, branch: int, age: int, term: int) -> bool:
    while (day := office.days.value + 1) <= DAYS:
        office.takings[branch] = 10 * (branch + 1) + day
        if not office.meet(age):
            return False
        if term:
            if (day, term) == (3, 1):
                os.kill(os.getpid(), signal.SIGKILL)
            booked = sum(office.takings)
            office.total.value += booked
            office.days.value = day
            print(f"day {day}: {booked} booked, in term {term}", flush=True)
        # Nobody begins the next day before this one is booked.
        if not office.meet(age):
            return False
    return True


def work(office: Office, branch: int, path: Path) -> None:
    with path.open("r+") as lock:
        while True:
            age = office.age.value
            if settle(office, branch, age, try_lead(lock)):
                return


def main() -> None:
    office = Office()
    with TemporaryDirectory() as folder:
        path = Path(folder, "leader")
        path.touch()

        def start(branch: int) -> BaseProcess:
            process = fork.Process(target=work, args=(office, branch, path))
            process.start()
            return process

        running = {branch: start(branch) for branch in range(BRANCHES)}
        while running:
            ended = wait([process.sentinel for process in running.values()], LIMIT)
            assert ended, "a branch is stuck"
            for branch, process in list(running.items()):
                if process.sentinel not in ended:
                    continue
                process.join()
                del running[branch]
                if process.exitcode:
                    print("a branch is lost: signal: 9 (SIGKILL)", flush=True)
                    office.begin_age()
                    running[branch] = start(branch)
    print("total:", office.total.value)


if __name__ == "__main__":
    main()
