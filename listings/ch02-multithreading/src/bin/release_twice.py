#@ differs: a failed assertion ends Python with status 1
#@ exit: 1
"""A failed call gives its permit back twice: now four are let in, not three."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Semaphore


def ask(calls: Semaphore, call: Callable[[], int]) -> int | None:
    calls.acquire()
    try:
        return call()
    except ConnectionError:
        calls.release()
        return None
    finally:
        # Meant for the call that went well, and run for the other one too.
        calls.release()


def refused() -> int:
    raise ConnectionRefusedError


def main() -> None:
    calls = Semaphore(3)
    ask(calls, refused)

    in_flight: list[int] = []
    four_inside = Barrier(4)

    def call() -> int:
        in_flight.append(1)
        four_inside.wait()
        return 120

    with ThreadPoolExecutor(4) as pool:
        for _ in range(4):
            pool.submit(ask, calls, call)
    print(f"at most 3 calls at once, but {len(in_flight)} were")
    assert len(in_flight) <= 3, "the limit does not hold"


if __name__ == "__main__":
    main()
