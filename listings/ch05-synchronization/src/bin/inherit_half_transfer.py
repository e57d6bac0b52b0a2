#@ differs: the future keeps the exception itself, and it is printed here
#@ loses: 1000 (in all accounts)
"""A thread fails in the middle of a transfer. The lock hands on what it left,
as if nothing had happened."""

from concurrent.futures import ThreadPoolExecutor
from threading import Lock


def transfer(accounts: list[int], lock: Lock, amount: int, currency: str) -> None:
    with lock:
        accounts[0] -= amount
        accounts[1] += convert(amount, currency)


def convert(amount: int, currency: str) -> int:
    return amount * {"EUR": 1}[currency]


def main() -> None:
    accounts, lock = [700, 300], Lock()
    with ThreadPoolExecutor(1) as thread:
        for amount, currency in ((100, "EUR"), (200, "XTS")):
            end = thread.submit(transfer, accounts, lock, amount, currency)
            if (error := end.exception()) is None:
                print(f"{amount} {currency}: transferred")
            else:
                print(f"{amount} {currency}: not transferred, {error!r}")
    with lock:
        print("in all accounts:", sum(accounts))


if __name__ == "__main__":
    main()
