#@ differs: it starts, and the second release raises
"""A permit given back twice: `BoundedSemaphore` sees it if all are free."""

from threading import BoundedSemaphore


def main() -> None:
    calls = BoundedSemaphore(3)
    calls.acquire()
    calls.release()
    try:
        calls.release()
    except ValueError as error:
        print(f"none in flight: {error}")

    calls.acquire()
    # While that call is in flight, the next one gives back twice.
    calls.acquire()
    calls.release()
    calls.release()
    let_in = sum(calls.acquire(blocking=False) for _ in range(9))
    print(f"one in flight: no error, and {let_in} more are let in")


if __name__ == "__main__":
    main()
