#@ differs: `queue.Queue` does not know that nobody is left to put
#@ deadlock
"""A queue is carried over a fork: each process then has one of its own."""

from multiprocessing import get_context
from queue import Queue

results: Queue[int] = Queue()


def count() -> None:
    results.put(sum(i * 7919 % 100 < 5 for i in range(1000)))
    print(f"child: put {results.qsize()} result", flush=True)


def main() -> None:
    child = get_context("fork").Process(target=count)
    child.start()
    child.join()
    print("parent: gets", flush=True)
    missing = results.get()
    print(f"parent: {missing} pages were missing")


if __name__ == "__main__":
    main()
