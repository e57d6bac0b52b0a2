"""A lock that processes share: its owner is killed in the middle of a
transfer, and the next one waits for ever."""

import os
import signal
from multiprocessing import get_context
from multiprocessing.sharedctypes import SynchronizedArray


def transfer(accounts: SynchronizedArray) -> None:
    with accounts.get_lock():
        accounts[0] -= 40
        # The out-of-memory killer, say.
        os.kill(os.getpid(), signal.SIGKILL)
        accounts[1] += 40


def main() -> None:
    fork = get_context("fork")
    accounts = fork.Array("q", [100, 0])
    teller = fork.Process(target=transfer, args=(accounts,))
    teller.start()
    teller.join()
    print("teller: signal: 9 (SIGKILL)", flush=True)
    with accounts.get_lock():
        print(f"cash {accounts[0]}, savings {accounts[1]}")


if __name__ == "__main__":
    main()
