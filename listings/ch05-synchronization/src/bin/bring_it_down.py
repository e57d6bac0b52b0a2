"""An import by three processes, with two threads each, is asked to stop: once
all goes well, and once a process is stopped and will not go on."""

from collections.abc import Sequence
from fcntl import LOCK_EX, flock
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from signal import SIG_BLOCK, SIGINT, SIGSTOP, SIGTERM, Signals
from signal import pthread_sigmask, raise_signal, sigwait
from tempfile import TemporaryDirectory
from threading import BrokenBarrierError, Thread
from time import monotonic

fork = get_context("fork")
MEMBERS, THREADS, PARTS, LIMIT = 3, 2, 60, 20
WAITS, BEGUN, DONE = range(3)


class Import:
    def __init__(self, folder: str) -> None:
        self.lock = Path(folder, "leader")
        self.lock.touch()
        self.queue = fork.SimpleQueue()
        self.phases = fork.Barrier(MEMBERS)
        self.parts = fork.RawArray("B", PARTS)
        self.written = fork.RawValue("B")
        self.done = fork.RawValue("I")

    def meet(self) -> bool:
        try:
            self.phases.wait()
        except BrokenBarrierError:
            return False
        return True

    def count(self) -> None:
        while (part := self.queue.get()) is not None:
            self.parts[part] = BEGUN
            # Here the part's lines would be counted.
            self.parts[part] = DONE

    def take_part(self, stops: bool) -> None:
        self.meet()
        if stops:
            raise_signal(SIGSTOP)
        threads = [Thread(target=self.count) for _ in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        # If somebody is missing, the parent reports, when all have ended.
        if self.meet():
            self.write_report()

    def write_report(self) -> None:
        with self.lock.open("r+") as file:
            # Whoever leads first writes it.
            flock(file, LOCK_EX)
            if not self.written.value:
                self.done.value = list(self.parts).count(DONE)
                self.written.value = 1


def all_end(members: Sequence[BaseProcess], deadline: float) -> bool:
    for member in members:
        member.join(max(0, deadline - monotonic()))
    return all(member.exitcode is not None for member in members)


def run(drain: float, stuck: int | None) -> None:
    with TemporaryDirectory() as folder:
        job = Import(folder)
        members = [
            fork.Process(target=job.take_part, args=(i == stuck,))
            for i in range(MEMBERS)
        ]
        for member in members:
            member.start()
        for part in range(PARTS):
            job.queue.put(part)
        # Stands for the service manager.
        raise_signal(SIGTERM)
        sigwait({SIGTERM, SIGINT})
        begin = monotonic()
        for _ in range(MEMBERS * THREADS):
            job.queue.put(None)
        if not all_end(members, begin + drain):
            job.phases.abort()
            if stuck is not None:
                # Stands for a look into /proc: who is stopped may lead.
                members[stuck].kill()
            all_end(members, monotonic() + LIMIT)
        for i, member in enumerate(members):
            member.kill()
            member.join()
            code = member.exitcode
            assert code is not None
            end = f"exit status: {code}"
            if code < 0:
                end = f"signal: {-code} ({Signals(-code).name})"
            print(f"member {i}: {end}")
        job.write_report()
        done = job.done.value
        print(f"{done} parts done, {PARTS - done} given up")


def main() -> None:
    # The members inherit it: whether they stop is for this process to say.
    pthread_sigmask(SIG_BLOCK, {SIGTERM, SIGINT})
    run(LIMIT, None)
    print("once more, with one that is stopped:", flush=True)
    run(0.6, 1)


if __name__ == "__main__":
    main()
