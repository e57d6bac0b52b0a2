"""Workers take items until a None comes. None ever does."""

from queue import Queue, SimpleQueue
from threading import Thread

WORKERS = 3
ITEMS = 12


def work(queue: Queue[int | None], totals: SimpleQueue[int]) -> None:
    total = 0
    while (item := queue.get()) is not None:
        total += 100 * item
    totals.put(total)


def main() -> None:
    items: Queue[int | None] = Queue(4)
    totals: SimpleQueue[int] = SimpleQueue()
    args = (items, totals)
    threads = [Thread(target=work, args=args) for _ in range(WORKERS)]
    for thread in threads:
        thread.start()
    for item in range(1, ITEMS + 1):
        items.put(item)
    print(f"sent {ITEMS} items", flush=True)
    for thread in threads:
        thread.join()
    print(f"{sum(totals.get() for _ in threads)} cents in all")


if __name__ == "__main__":
    main()
