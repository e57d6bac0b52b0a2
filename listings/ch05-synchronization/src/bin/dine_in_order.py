"""Five philosophers share five forks. Each takes the fork with the lower
number first."""

from threading import Lock, Thread

SEATS = 5
MEALS = 100


class Fork:
    """It counts the meals that it was used for."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.used = 0


def dine(forks: list[Fork], seat: int) -> None:
    # Left for all but the last one, whose right fork is number 0.
    first, second = sorted((seat, (seat + 1) % SEATS))
    for _ in range(MEALS):
        with forks[first].lock, forks[second].lock:
            forks[first].used += 1
            forks[second].used += 1


def main() -> None:
    forks = [Fork() for _ in range(SEATS)]
    philosophers = [Thread(target=dine, args=(forks, n)) for n in range(SEATS)]
    for philosopher in philosophers:
        philosopher.start()
    for philosopher in philosophers:
        philosopher.join()
    used = [fork.used for fork in forks]
    print(f"forks were used {used} times")
    print(f"{sum(used) // 2} meals")


if __name__ == "__main__":
    main()
