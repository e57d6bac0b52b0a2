"""The interleaving that a checker found, forced: both clerks have looked
before one of them takes the seat."""

import sys
from threading import Barrier, Lock, Thread


def main() -> None:
    lock = Lock()
    tickets: list[str] = []
    both_have_looked = Barrier(2)

    def sell(customer: str) -> None:
        with lock:
            free = not tickets
        both_have_looked.wait()
        if free:
            with lock:
                tickets.append(customer)

    clerks = [Thread(target=sell, args=(name,)) for name in ("Ada", "Ben")]
    for clerk in clerks:
        clerk.start()
    for clerk in clerks:
        clerk.join()
    print(f"tickets for one seat: {len(tickets)}")
    sys.exit(len(tickets) != 1)


if __name__ == "__main__":
    main()
