"""The Python side of shared_counter_times: an addition to a `Value`."""

import sys
from multiprocessing import get_context
from multiprocessing.sharedctypes import Synchronized
from time import perf_counter

ADDITIONS = 400_000


def add(share: int, total: "Synchronized[int]") -> None:
    for _ in range(share):
        with total.get_lock():
            total.value += 1


def add_own(share: int, total: "Synchronized[int]") -> None:
    own = 0
    for _ in range(share):
        own += 1
    with total.get_lock():
        total.value += own


def main() -> None:
    fork = get_context("fork")
    total = fork.Value("Q")
    target = add if sys.argv[1] == "value" else add_own
    start = perf_counter()
    children = [
        fork.Process(target=target, args=(ADDITIONS // 2, total))
        for _ in range(2)
    ]
    for child in children:
        child.start()
    for child in children:
        child.join()
    wall = perf_counter() - start
    assert total.value == ADDITIONS, total.value
    print(f"wall_s {wall}\nns_per_addition {wall * 1e9 / ADDITIONS}")


if __name__ == "__main__":
    main()
