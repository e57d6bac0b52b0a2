"""A service is killed: what would end its daemon never runs."""

import os
import select
import signal
import subprocess
import sys
import time
from multiprocessing import get_context


def serve() -> None:
    fork = get_context("fork")
    helper = fork.Process(target=time.sleep, args=(1000,), daemon=True)
    helper.start()
    print(helper.pid, flush=True)
    signal.pause()  # until it is killed


def main() -> None:
    if "service" in sys.argv:
        return serve()
    service = subprocess.Popen(
        [sys.executable, __file__, "service"],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert service.stdout
    # A pidfd, since a zombie still answers to its number.
    helper = os.pidfd_open(int(service.stdout.readline()))
    service.kill()
    ended_by = signal.Signals(-service.wait())
    print(f"service: signal: {ended_by} ({ended_by.name})")
    ended, _, _ = select.select([helper], [], [], 0)
    print(f"helper: {'has ended' if ended else 'still alive'}")


if __name__ == "__main__":
    main()
