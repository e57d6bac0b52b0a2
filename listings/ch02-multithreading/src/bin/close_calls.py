"""A semaphore and a flag: closing turns away whoever gets a permit from then
on."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, BoundedSemaphore, Event


def main() -> None:
    calls = BoundedSemaphore(3)
    closing = Event()
    all_inside = Barrier(4)
    closed = Barrier(4)

    def ask(_: int) -> bool:
        with calls:
            # It is left at once, so that the next one may look as well.
            if closing.is_set():
                return False
            all_inside.wait()
            closed.wait()
            return True

    with ThreadPoolExecutor(8) as pool:
        made = pool.map(ask, range(8))
        # The shutdown begins while three calls are in flight.
        all_inside.wait()
        closing.set()
        closed.wait()
        ended = sum(made)
    print(f"{ended} calls ended, {8 - ended} were not begun")
    free = sum(calls.acquire(blocking=False) for _ in range(4))
    print(f"permits free: {free}")


if __name__ == "__main__":
    main()
