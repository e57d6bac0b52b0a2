#@ differs: `Lock` is not fair in CPython 3.11; the other one is written here
"""Lets go of a lock for which another thread sleeps, and tries at once to
have it back: a hundred times, with each of two locks."""

import time
from collections.abc import Callable
from pathlib import Path
from threading import Condition, Lock, Thread
from typing import Protocol

ROUNDS = 100


class AnyLock(Protocol):
    def acquire(self, blocking: bool = True) -> bool: ...
    def release(self) -> None: ...


class TicketLock:
    """Serves in the order of arrival, as a counter with numbers does."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._next_ticket = 0
        self._serving = 0

    def acquire(self, blocking: bool = True) -> bool:
        with self._changed:
            if not blocking and self._next_ticket != self._serving:
                return False
            ticket = self._next_ticket
            self._next_ticket += 1
            self._changed.wait_for(lambda: self._serving == ticket)
            return True

    def release(self) -> None:
        with self._changed:
            self._serving += 1
            self._changed.notify_all()

    def somebody_waits(self) -> bool:
        with self._changed:
            return self._next_ticket - self._serving > 1


def is_asleep(thread: Thread) -> bool:
    stat = Path(f"/proc/self/task/{thread.native_id}/stat").read_text()
    return stat.rpartition(")")[2].split()[0] == "S"


def take(lock: AnyLock, served: list[bool]) -> None:
    lock.acquire()
    served.append(True)
    lock.release()


def passes(lock: AnyLock, waits: Callable[[Thread], bool]) -> bool:
    served: list[bool] = []
    lock.acquire()
    sleeper = Thread(target=take, args=(lock, served))
    sleeper.start()
    # It gets the GIL meanwhile: it would sleep for that one as well.
    time.sleep(0.001)
    while not waits(sleeper):
        time.sleep(0.001)
    lock.release()
    # It may be free since the other has had its turn.
    again = lock.acquire(blocking=False)
    passed = again and not served
    if again:
        lock.release()
    sleeper.join()
    return passed


def main() -> None:
    passed = sum(passes(Lock(), is_asleep) for _ in range(ROUNDS))
    print(f"Lock: overtook ~{passed} times of {ROUNDS}")
    ticket = TicketLock()
    waits = ticket.somebody_waits
    passed = sum(passes(ticket, lambda _: waits()) for _ in range(ROUNDS))
    print(f"TicketLock: overtook {passed} times of {ROUNDS}")


if __name__ == "__main__":
    main()
