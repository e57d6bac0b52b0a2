#@ differs: the thread that sends finds out that it cannot, and drops it
"""An open file is no data, and `put` does not say so."""

import queue
import sys
from multiprocessing import get_context
from multiprocessing.queues import Queue
from typing import IO


def main() -> None:
    logs: "Queue[IO[bytes]]" = get_context("fork").Queue()
    # Here the traceback of that thread would appear.
    sys.stderr = open("/dev/null", "w")
    with open("/dev/null", "rb") as log:
        logs.put(log)
        print("put() returned")
        try:
            logs.get(timeout=0.2)
        except queue.Empty:
            print("nothing comes")


if __name__ == "__main__":
    main()
