"""The lock is held to take a ticket, and not while the customer pays."""

from threading import Barrier, Lock, Thread

TICKETS = 10

tickets = list(range(1, TICKETS + 1))
lock = Lock()
paying = Barrier(2)
paid = Barrier(2)


def pay() -> None:
    """Stand for the slow call to the bank."""
    paying.wait()
    paid.wait()


def sell() -> None:
    while True:
        with lock:
            if not tickets:
                break
            tickets.pop()
        pay()


def main() -> None:
    clerk = Thread(target=sell)
    clerk.start()
    could_sell = 0
    for _ in range(TICKETS):
        paying.wait()
        if lock.acquire(blocking=False):
            could_sell += 1
            lock.release()
        paid.wait()
    clerk.join()
    print(f"payments during which a colleague could sell: {could_sell}")


if __name__ == "__main__":
    main()
