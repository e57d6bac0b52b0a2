"""The Python side of lock_held_times."""

import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from time import perf_counter, sleep

CLERKS = 4
PAYMENT = 0.001

lock = Lock()
tickets = 40


def clerk(under_lock: bool) -> float:
    global tickets
    held = 0.0
    while True:
        with lock:
            locked = perf_counter()
            if tickets == 0:
                return held
            tickets -= 1
            if under_lock:
                sleep(PAYMENT)
            held += perf_counter() - locked
        if not under_lock:
            sleep(PAYMENT)


def main() -> None:
    under_lock = sys.argv[1] == "under"
    start = perf_counter()
    with ThreadPoolExecutor(CLERKS) as clerks:
        held = sum(clerks.map(clerk, [under_lock] * CLERKS))
    wall = perf_counter() - start
    assert tickets == 0, tickets
    print(f"wall_s {wall}\nheld_s {held}")


if __name__ == "__main__":
    main()
