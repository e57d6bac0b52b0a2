"""Whoever does not get the second account in time gives the first one back,
and tries again a little later."""

from concurrent.futures import ThreadPoolExecutor
from random import random
from threading import Barrier, Lock
from time import sleep

PATIENCE = 0.005
both = Barrier(2)


class Account:
    def __init__(self) -> None:
        self.lock = Lock()
        self.cents = 100_000


def transfer(source: Account, target: Account, cents: int) -> int:
    """Returns how often it gave up."""
    given_up = 0
    while True:
        with source.lock:
            if given_up == 0:
                # Each holds one account: the deadlock, were it not for a limit.
                both.wait()
            if target.lock.acquire(timeout=PATIENCE):
                try:
                    source.cents -= cents
                    target.cents += cents
                    return given_up
                finally:
                    target.lock.release()
        given_up += 1
        # At random: two that pause alike would meet again.
        sleep(PATIENCE * random())


def main() -> None:
    rent, savings = Account(), Account()
    with ThreadPoolExecutor(2) as tellers:
        there = tellers.submit(transfer, rent, savings, 300)
        back = tellers.submit(transfer, savings, rent, 100)
        given_up = there.result() + back.result()
    print(f"rent {rent.cents}, savings {savings.cents}")
    once = str(given_up > 0).lower()
    print(f"given up: ~{given_up}, at least once: {once}")


if __name__ == "__main__":
    main()
