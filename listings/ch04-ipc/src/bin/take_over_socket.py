"""A server is killed. The next one takes its socket over; a third does not,
since the second lives."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fcntl import LOCK_EX, LOCK_NB, flock
from multiprocessing import get_context
from multiprocessing.connection import Listener
from tempfile import TemporaryDirectory


@contextmanager
def served(socket: str) -> Iterator[Listener]:
    with open(f"{socket}.lock", "w") as lock:
        try:
            flock(lock, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            raise OSError("another server lives there") from None
        # Who has the lock may; a listener without one is not asked.
        with suppress(FileNotFoundError):
            os.unlink(socket)
        # It unlinks the socket when it is closed.
        with Listener(socket, family="AF_UNIX") as listener:
            yield listener


def serve(socket: str) -> None:
    with served(socket):
        os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    with TemporaryDirectory() as home:
        socket = os.path.join(home, "jobs")
        first = get_context("fork").Process(target=serve, args=(socket,))
        first.start()
        first.join()
        print(f"the first server: signal: {-first.exitcode} (SIGKILL)")
        print(f"its socket is there: {str(os.path.exists(socket)).lower()}")

        with served(socket):
            print("the second server is there")
            try:
                with served(socket):
                    pass
            except OSError as why:
                print(f"a third: {why}")
        print(f"its socket is there: {str(os.path.exists(socket)).lower()}")


if __name__ == "__main__":
    main()
