"""A leader is stopped between its look and its write. Meanwhile its lease is
over, another one leads, and the late write is refused."""

import os
import signal
import time
from multiprocessing import get_context

fork = get_context("fork")
TIME = 0.02


class Stale(Exception):
    """A later term has begun."""


class Office:
    def __init__(self) -> None:
        self.lock = fork.Lock()
        self.term = fork.RawValue("I")
        self.until = fork.RawValue("d")
        self.booked = fork.RawValue("I")
        self.latest = fork.RawValue("I")

    def try_take(self) -> int:
        with self.lock:
            now = time.monotonic()
            if self.until.value > now:
                return 0
            self.until.value = now + TIME
            self.term.value += 1
            return self.term.value

    def renew(self, term: int) -> bool:
        with self.lock:
            if self.term.value == term:
                self.until.value = time.monotonic() + TIME
            return self.term.value == term

    def let_in(self, term: int) -> None:
        if self.latest.value > term:
            raise Stale(f"term {self.latest.value} has begun")
        self.latest.value = term

    def look(self, term: int) -> int:
        """Earlier terms are refused from here on."""
        with self.lock:
            self.let_in(term)
            return self.booked.value

    def book(self, term: int, days: int) -> None:
        """Compares and writes in one step."""
        with self.lock:
            self.let_in(term)
            self.booked.value = days


def book(office: Office, term: int, stops: bool) -> None:
    days = office.look(term)
    if stops:
        # A debugger, a frozen container, a machine that swaps.
        signal.raise_signal(signal.SIGSTOP)
    office.book(term, days + 1)


def lead(office: Office, stops: bool) -> None:
    """Books three days, and may be stopped at the first."""
    while not (term := office.try_take()):
        time.sleep(TIME / 4)
    print(f"term {term} begins", flush=True)
    for _ in range(3):
        if not office.renew(term):
            print(f"term {term} is over", flush=True)
            break
        try:
            book(office, term, stops)
        except Stale as stale:
            print(f"term {term} is refused: {stale}", flush=True)
            break


def main() -> None:
    office = Office()
    first, second = (
        fork.Process(target=lead, args=(office, stops))
        for stops in (True, False)
    )
    first.start()
    assert first.pid
    os.waitid(os.P_PID, first.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
    second.start()
    second.join()
    os.kill(first.pid, signal.SIGCONT)
    first.join()
    assert (first.exitcode, second.exitcode) == (0, 0)
    print("days booked:", office.booked.value)


if __name__ == "__main__":
    main()
