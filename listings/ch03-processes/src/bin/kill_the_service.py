"""A service is killed: what would end its daemon never runs."""

import os
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
    helper = int(service.stdout.readline())
    service.kill()
    ended_by = signal.Signals(-service.wait())
    print(f"service: signal: {ended_by} ({ended_by.name})")
    os.kill(helper, 0)  # raises ProcessLookupError if it is gone
    print("helper: still alive")


if __name__ == "__main__":
    main()
