#@ differs: a file's lock comes back as well, and nobody is told why
"""The owner of a file's lock is killed in the middle of a transfer: the next
one gets the lock, and goes on with what it finds."""

import ctypes
import fcntl
import os
import signal
from multiprocessing import get_context
from tempfile import TemporaryDirectory


Accounts = ctypes.Array[ctypes.c_longlong]


def transfer(path: str, accounts: Accounts, killed: bool) -> None:
    with open(path, "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        accounts[0] -= 40
        if killed:
            # The out-of-memory killer, say.
            os.kill(os.getpid(), signal.SIGKILL)
        accounts[1] += 40
        print(f"cash {accounts[0]}, savings {accounts[1]}", flush=True)


def main() -> None:
    fork = get_context("fork")
    accounts = fork.Array("q", [100, 0], lock=False)
    with TemporaryDirectory() as folder:
        path = os.path.join(folder, "lock")
        for killed in [True, False]:
            args = (path, accounts, killed)
            teller = fork.Process(target=transfer, args=args)
            teller.start()
            teller.join()
            ended = "signal: 9 (SIGKILL)" if killed else "exit status: 0"
            print(f"teller: {ended}", flush=True)


if __name__ == "__main__":
    main()
