#@ differs: the others wait for the dead one, for ever
#@ deadlock
"""One of three processes that meet at a barrier is killed."""

import os
import signal
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier


def work(barrier: Barrier, strip: int) -> None:
    barrier.wait()
    if strip == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    barrier.wait()


def main() -> None:
    fork = get_context("fork")
    barrier = fork.Barrier(3)
    strips = [
        fork.Process(target=work, args=(barrier, strip)) for strip in range(3)
    ]
    for strip in strips:
        strip.start()
    strips[1].join()
    print("strip 1: signal: 9 (SIGKILL)", flush=True)
    for i in (0, 2):
        strips[i].join()
        print(f"strip {i}: exit status: {strips[i].exitcode}")


if __name__ == "__main__":
    main()
