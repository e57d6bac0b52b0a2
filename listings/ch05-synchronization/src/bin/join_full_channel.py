"""Waits for the end of threads that wait for room for their results."""

from queue import Queue
from threading import Thread


def count(part: int, results: "Queue[int]") -> None:
    for line in range(10):
        results.put(10 * part + line)


def main() -> None:
    results: "Queue[int]" = Queue(2)
    counters = [Thread(target=count, args=(part, results)) for part in (0, 1)]
    for counter in counters:
        counter.start()
    print("waiting for the counters", flush=True)
    for counter in counters:
        counter.join()
    print(f"{results.qsize()} results")


if __name__ == "__main__":
    main()
