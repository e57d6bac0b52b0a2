#@ differs: what cannot be sent is dropped by a thread, and put() succeeds
"""A message that cannot be sent: the producer is not told."""

import contextlib
import io
import queue
from multiprocessing import get_context
from multiprocessing.queues import Queue


def main() -> None:
    captions: "Queue[object]" = get_context("fork").Queue()
    # Where that thread reports.
    with contextlib.redirect_stderr(io.StringIO()) as told:
        captions.put("sunset")
        captions.put(lambda: "sunset, and ")
        print("put() returned twice")
        print(captions.get())
        try:
            captions.get(timeout=0.2)
        except queue.Empty:
            print("and the second never comes")
    print("stderr:", told.getvalue().splitlines()[-1])


if __name__ == "__main__":
    main()
