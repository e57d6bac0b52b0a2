"""The same at the same pace, but whoever fails sits out a random number of
rounds, and more of them after each failure."""

from concurrent.futures import ThreadPoolExecutor
from random import Random
from threading import Barrier, Lock

SEATS = 5

forks = [Lock() for _ in range(SEATS)]
fed = [False] * SEATS
pace = Barrier(SEATS)


def dine(seat: int) -> int:
    luck = Random(seat)
    right = forks[(seat + 1) % SEATS]
    rounds = failures = pause = 0
    # All see the same: it changes between the two waits alone.
    while not all(fed):
        rounds += 1
        tries = not fed[seat] and pause == 0
        pause = max(pause - 1, 0)
        if tries:
            forks[seat].acquire()
        pace.wait()
        if tries:
            if right.acquire(blocking=False):
                fed[seat] = True
                right.release()
            else:
                failures += 1
                pause = luck.randrange(1 << min(failures, 4))
        pace.wait()
        if tries:
            forks[seat].release()
    return rounds


def main() -> None:
    with ThreadPoolExecutor(SEATS) as table:
        rounds = list(table.map(dine, range(SEATS)))
    print(f"{sum(fed)} meals in ~{rounds[0]} rounds")


if __name__ == "__main__":
    main()
