"""The Python side of event_times: `Event` and `Condition`."""

import os
import sys
from collections.abc import Callable
from multiprocessing import get_context
from statistics import median
from time import perf_counter
from typing import Any

BLOCKS = 51
BLOCK = 20


def pin(cpus: list[int], which: int) -> None:
    os.sched_setaffinity(0, {cpus[min(which, len(cpus) - 1)]})


def by_event(events: list[Any], own: int) -> tuple[Callable, Callable]:
    def wait() -> None:
        events[1 - own].wait()
        events[1 - own].clear()

    return wait, events[own].set


def by_condition(changed: Any, turn: Any, own: int) -> tuple[Callable, Callable]:
    def wait() -> None:
        with changed:
            while turn.value != own:
                changed.wait()

    def wake() -> None:
        with changed:
            turn.value = 1 - own
            changed.notify()

    return wait, wake


def answer(wait: Callable, wake: Callable, cpus: list[int], cpu: int) -> None:
    pin(cpus, cpu)
    for _ in range(BLOCKS * BLOCK):
        wait()
        wake()


def main() -> None:
    kind, where = sys.argv[1].split("-")
    fork = get_context("fork")
    cpus = sorted(os.sched_getaffinity(0))
    if kind == "event":
        events = [fork.Event(), fork.Event()]
        (wait, wake), theirs = by_event(events, 0), by_event(events, 1)
    else:
        changed, turn = fork.Condition(), fork.RawValue("i", 0)
        wait, wake = by_condition(changed, turn, 0)
        theirs = by_condition(changed, turn, 1)
    cpu = 1 if where == "two" else 0
    child = fork.Process(target=answer, args=(*theirs, cpus, cpu))
    child.start()
    pin(cpus, 0)
    times = []
    for _ in range(BLOCKS):
        start = perf_counter()
        for _ in range(BLOCK):
            wake()
            wait()
        times.append((perf_counter() - start) / BLOCK)
    child.join()
    each = median(times)
    print(f"wall_s {each * 1000}\nns_per_trip {each * 1e9}")


if __name__ == "__main__":
    main()
