"""Takes all results, until each thread has said that it is done, and waits for
the threads' end then."""

from queue import Queue
from threading import Thread


def count(part: int, results: "Queue[int | None]") -> None:
    for line in range(10):
        results.put(10 * part + line)
    results.put(None)


def main() -> None:
    results: "Queue[int | None]" = Queue(2)
    counters = [Thread(target=count, args=(part, results)) for part in (0, 1)]
    for counter in counters:
        counter.start()
    print("waiting for the counters", flush=True)
    counted = sum(1 for _ in counters for _ in iter(results.get, None))
    print(f"{counted} results")
    for counter in counters:
        counter.join()


if __name__ == "__main__":
    main()
