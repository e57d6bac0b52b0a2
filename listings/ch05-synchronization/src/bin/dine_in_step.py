"""Whoever does not get the right fork puts the left one back and tries again,
and all do so at one pace."""

from threading import Barrier, Lock, Thread

SEATS = 5

forks = [Lock() for _ in range(SEATS)]
fed = [False] * SEATS
pace = Barrier(SEATS)


def dine(seat: int) -> None:
    right = forks[(seat + 1) % SEATS]
    rounds = 0
    # All see the same: it changes between the two waits alone.
    while not all(fed):
        rounds += 1
        with forks[seat]:
            pace.wait()
            if right.acquire(blocking=False):
                fed[seat] = True
                right.release()
            if pace.wait() == 0 and rounds == 100:
                print(f"{sum(fed)} meals in {rounds} rounds", flush=True)


def main() -> None:
    philosophers = [Thread(target=dine, args=(n,)) for n in range(SEATS)]
    for philosopher in philosophers:
        philosopher.start()
    for philosopher in philosophers:
        philosopher.join()
    print("all have eaten")


if __name__ == "__main__":
    main()
