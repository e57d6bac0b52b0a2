"""Whoever needs an account and the journal locks the account first, so that
a payment and the end of the day may meet."""

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
        with self.rent_lock:
            self.log(f"balance {self.rent}")


def main() -> None:
    bank = Bank()
    clerks = [
        Thread(target=bank.pay_rent, args=(90_000,)),
        Thread(target=bank.close_day),
    ]
    for clerk in clerks:
        clerk.start()
    for clerk in clerks:
        clerk.join()
    # What the balance was depends on who came first.
    print(f"{len(bank.journal)} lines in the journal")


if __name__ == "__main__":
    main()
