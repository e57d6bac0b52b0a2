"""Money goes to and fro between three accounts. Whoever needs two of them
locks the one with the lower number first."""

from threading import Lock, Thread


class Account:
    def __init__(self, number: int) -> None:
        # Unique: it decides which of two is locked first.
        self.number = number
        self.lock = Lock()
        self.cents = 100_000


def transfer(source: Account, target: Account, cents: int) -> None:
    assert source.number != target.number, "an account has one lock"
    first, second = sorted((source, target), key=lambda account: account.number)
    with first.lock, second.lock:
        source.cents -= cents
        target.cents += cents


def main() -> None:
    rent, savings, wages = (Account(number) for number in (1, 2, 3))

    def pay(source: Account, target: Account, cents: int) -> None:
        for _ in range(100):
            transfer(source, target, cents)

    orders = [
        (rent, savings, 300),
        (savings, rent, 100),
        (savings, wages, 100),
        (wages, rent, 200),
    ]
    payers = [Thread(target=pay, args=order) for order in orders]
    for payer in payers:
        payer.start()
    for payer in payers:
        payer.join()
    print(f"rent {rent.cents}, savings {savings.cents}, wages {wages.cents}")
    print(f"in all {rent.cents + savings.cents + wages.cents}")


if __name__ == "__main__":
    main()
