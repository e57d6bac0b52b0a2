"""A payment writes into the journal, and holds an account meanwhile; the end
of the day reads an account, and holds the journal meanwhile."""

from threading import Lock, Thread


class Bank:
    def __init__(self) -> None:
        self.rent_lock = Lock()
        self.rent = 0
        self.journal_lock = Lock()
        self.journal: list[str] = []

    def log(self, line: str) -> None:
        with self.journal_lock:
            self.journal.append(line)

    def pay_rent(self, cents: int) -> None:
        with self.rent_lock:
            self.rent += cents
            self.log(f"paid {cents}")

    def close_day(self) -> None:
        with self.journal_lock, self.rent_lock:
            self.journal.append(f"balance {self.rent}")


def main() -> None:
    bank = Bank()
    # One after the other: in this test they never meet.
    for work in (lambda: bank.pay_rent(90_000), bank.close_day):
        clerk = Thread(target=work)
        clerk.start()
        clerk.join()
    print(", ".join(bank.journal))


if __name__ == "__main__":
    main()
