#@ differs: what cannot be sent is dropped by a thread, and put() succeeds
"""A message that cannot be sent: the producer is not told."""

import queue
import sys
from multiprocessing import get_context
from multiprocessing.queues import Queue


def main() -> None:
    # Here the traceback of that thread would appear.
    sys.stderr = open("/dev/null", "w")
    captions: "Queue[object]" = get_context("fork").Queue()
    captions.put("sunset")
    captions.put(lambda: "sunset, and ")
    print("put() returned twice")
    print(captions.get())
    try:
        captions.get(timeout=0.2)
    except queue.Empty:
        print("and the second never comes")


if __name__ == "__main__":
    main()
