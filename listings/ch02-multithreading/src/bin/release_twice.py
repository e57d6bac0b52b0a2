#@ differs: a failed assertion ends Python with status 1
#@ exit: 1
"""A failed call gives its permit back twice: now four are let in, not three."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Semaphore


def call_and_fail(calls: Semaphore) -> None:
    """Asks a service that is not there."""
    calls.acquire()
    # The path for errors gives the permit back, and so does the way out.
    calls.release()
    calls.release()


def main() -> None:
    calls = Semaphore(3)
    call_and_fail(calls)

    all_inside = Barrier(4)

    def ask(_: int) -> int:
        calls.acquire()
        all_inside.wait()
        calls.release()
        return 1

    with ThreadPoolExecutor(4) as pool:
        in_flight = sum(pool.map(ask, range(4)))
    print(f"at most 3 calls at once, but {in_flight} were")
    assert in_flight <= 3, "the limit does not hold"


if __name__ == "__main__":
    main()
