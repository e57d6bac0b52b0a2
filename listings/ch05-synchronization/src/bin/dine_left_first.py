"""Each of five philosophers takes the left fork, and waits for the right one."""

from threading import Barrier, Lock, Thread

SEATS = 5

forks = [Lock() for _ in range(SEATS)]
all_have_one = Barrier(SEATS)


def dine(seat: int) -> None:
    with forks[seat]:
        all_have_one.wait()
        with forks[(seat + 1) % SEATS]:
            pass


def main() -> None:
    print(f"{SEATS} forks on the table", flush=True)
    philosophers = [Thread(target=dine, args=(n,)) for n in range(SEATS)]
    for philosopher in philosophers:
        philosopher.start()
    for philosopher in philosophers:
        philosopher.join()
    print("all have eaten")


if __name__ == "__main__":
    main()
