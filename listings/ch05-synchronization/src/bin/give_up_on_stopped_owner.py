"""The owner of the lock is stopped, and not dead: the next one waits until its
deadline, and gets the lock when the owner has gone on."""

import os
import signal
from multiprocessing import get_context
from multiprocessing.sharedctypes import Synchronized


def print_pages(pages: Synchronized) -> None:
    with pages.get_lock():
        pages.value += 1
        # Ctrl-Z, say.
        os.kill(os.getpid(), signal.SIGSTOP)
        pages.value += 1


def main() -> None:
    fork = get_context("fork")
    pages = fork.Value("i", 0)
    printer = fork.Process(target=print_pages, args=(pages,))
    printer.start()
    assert printer.pid is not None
    os.waitid(os.P_PID, printer.pid, os.WSTOPPED | os.WNOWAIT)
    if pages.get_lock().acquire(timeout=0.02):
        print("nobody has the lock")
    else:
        print("the time is up")
    os.kill(printer.pid, signal.SIGCONT)
    with pages.get_lock():
        print(f"pages: {pages.value}")
    printer.join()
    print(f"printer: exit status: {printer.exitcode}")


if __name__ == "__main__":
    main()
