"""The Python side of transfer_times."""

import sys
from concurrent.futures import ThreadPoolExecutor
from random import random
from threading import Lock
from time import perf_counter, sleep

TRANSFERS = 20_000
PATIENCE = 0.001

locks = [Lock(), Lock()]
cents = [0, 0]


def by_number(source: int, target: int) -> int:
    with locks[0], locks[1]:
        cents[source] -= 1
        cents[target] += 1
    return 0


def give_up(source: int, target: int) -> int:
    given_up = 0
    while True:
        with locks[source]:
            if locks[target].acquire(timeout=PATIENCE):
                cents[source] -= 1
                cents[target] += 1
                locks[target].release()
                return given_up
        given_up += 1
        sleep(PATIENCE * random())


def main() -> None:
    pay = by_number if sys.argv[1] == "order" else give_up

    def teller(source: int) -> int:
        return sum(pay(source, 1 - source) for _ in range(TRANSFERS))

    start = perf_counter()
    with ThreadPoolExecutor(2) as tellers:
        given_up = sum(tellers.map(teller, (0, 1)))
    wall = perf_counter() - start
    assert cents == [0, 0], cents
    print(f"wall_s {wall}\ngiven_up {given_up}")


if __name__ == "__main__":
    main()
