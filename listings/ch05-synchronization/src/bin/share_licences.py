"""Ten conversions, each a process, and four licences: at most four of them
convert at once."""

import sys
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import BoundedSemaphore, Event


@dataclass
class Office:
    licences: BoundedSemaphore
    all_in_use: Event
    in_use: Synchronized
    most: Synchronized


def convert(office: Office) -> None:
    with office.licences:
        with office.in_use.get_lock():
            office.in_use.value += 1
            in_use = office.in_use.value
            office.most.value = max(office.most.value, in_use)
        if in_use == 4:
            office.all_in_use.set()
        # The first four wait for each other, so that four are in use for once.
        seen = office.all_in_use.wait(timeout=10)
        with office.in_use.get_lock():
            office.in_use.value -= 1
    sys.exit(not seen)


def main() -> None:
    fork = get_context("fork")
    office = Office(
        fork.BoundedSemaphore(4),
        fork.Event(),
        fork.Value("i", 0),
        fork.Value("i", 0),
    )
    jobs = [fork.Process(target=convert, args=(office,)) for _ in range(10)]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()
    done = sum(job.exitcode == 0 for job in jobs)
    print(f"{done} converted, at most {office.most.value} at once")
    print(f"licences: {office.licences.get_value()}")


if __name__ == "__main__":
    main()
