"""Four licences in a semaphore. Each holder that is killed takes one with it,
and the fifth job waits for ever."""

import os
import signal
from multiprocessing import get_context
from multiprocessing.synchronize import Semaphore


def convert(licences: Semaphore) -> None:
    with licences:
        # The out-of-memory killer, say.
        os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    fork = get_context("fork")
    licences = fork.Semaphore(4)
    for _ in range(4):
        job = fork.Process(target=convert, args=(licences,))
        job.start()
        job.join()
        left = licences.get_value()
        print(f"job: signal: 9 (SIGKILL); licences: {left}", flush=True)
    with licences:
        print("the fifth job has a licence")


if __name__ == "__main__":
    main()
