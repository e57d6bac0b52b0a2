"""Two transfers, one each way: each has locked the account that it takes from."""

from threading import Barrier, Lock, Thread

both = Barrier(2)


class Account:
    def __init__(self) -> None:
        self.lock = Lock()
        self.cents = 100_000


def transfer(source: Account, target: Account, cents: int) -> None:
    with source.lock:
        # Either could have the second account now, were it not for the other.
        both.wait()
        with target.lock:
            source.cents -= cents
            target.cents += cents


def main() -> None:
    rent, savings = Account(), Account()
    print("300 from rent to savings, and 100 back", flush=True)
    orders = [(rent, savings, 300), (savings, rent, 100)]
    payers = [Thread(target=transfer, args=order) for order in orders]
    for payer in payers:
        payer.start()
    for payer in payers:
        payer.join()
    print(f"rent {rent.cents}")


if __name__ == "__main__":
    main()
