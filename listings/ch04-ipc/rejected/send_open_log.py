#@ differs: the thread that sends finds out that it cannot, and drops it
"""An open file is no data, and `put` does not say so."""

import queue
from contextlib import redirect_stderr
from io import StringIO
from multiprocessing import get_context
from multiprocessing.queues import Queue
from typing import IO


def main() -> None:
    logs: "Queue[IO[bytes]]" = get_context("fork").Queue()
    # There that thread leaves its traceback.
    with open("/dev/null", "rb") as log, redirect_stderr(StringIO()) as told:
        logs.put(log)
        print("put() returned")
        try:
            logs.get(timeout=0.2)
        except queue.Empty:
            print("nothing comes")
        logs.close()
        logs.join_thread()
    print(told.getvalue().splitlines()[-1])


if __name__ == "__main__":
    main()
