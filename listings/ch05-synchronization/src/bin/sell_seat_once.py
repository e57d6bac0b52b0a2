"""Two clerks sell the last seat. Each looks and takes under one lock, so that
nobody can look in between."""

from threading import Lock, Thread


def sell(lock: Lock, tickets: list[str], customer: str) -> None:
    """Sells the seat to `customer`, unless somebody has a ticket for it."""
    with lock:
        if not tickets:
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
    print(f"tickets for one seat: {len(tickets)}")


if __name__ == "__main__":
    main()
