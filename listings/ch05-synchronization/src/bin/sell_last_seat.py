"""Two clerks sell the last seat. Each looks whether it is free, and then
takes it; nearly always one of them is done before the other looks."""

from threading import Lock, Thread


def sell(lock: Lock, tickets: list[str], customer: str) -> None:
    """Sells the seat to `customer`, unless somebody has a ticket for it."""
    with lock:
        free = not tickets
    if free:
        # Nobody holds the lock here, and the answer grows old.
        with lock:
            tickets.append(customer)


def main() -> None:
    lock = Lock()
    tickets: list[str] = []
    clerks = [
        Thread(target=sell, args=(lock, tickets, customer))
        for customer in ("Ada", "Ben")
    ]
    for clerk in clerks:
        clerk.start()
    for clerk in clerks:
        clerk.join()
    print(f"tickets for one seat: ~{len(tickets)}")


if __name__ == "__main__":
    main()
