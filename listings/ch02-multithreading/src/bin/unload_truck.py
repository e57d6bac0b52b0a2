"""Two producers unload crates into a bay with room for three; two consumers
take them away, until the bay is closed and empty."""

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from threading import Condition, Lock

CRATES = 50


class LoadingBay:
    def __init__(self, capacity: int) -> None:
        self.items: deque[int] = deque()
        self.capacity = capacity
        self.closed = False
        lock = Lock()
        self.not_empty, self.not_full = Condition(lock), Condition(lock)

    def put(self, item: int) -> None:
        with self.not_full:
            while len(self.items) == self.capacity and not self.closed:
                self.not_full.wait()
            if self.closed:
                raise RuntimeError("the bay is closed")
            self.items.append(item)
            self.not_empty.notify()

    def take(self) -> int | None:
        with self.not_empty:
            while not self.items and not self.closed:
                self.not_empty.wait()
            if not self.items:
                return None
            item = self.items.popleft()
            self.not_full.notify()
            return item

    def close(self) -> None:
        with self.not_empty:
            self.closed = True
            self.not_empty.notify_all()
            self.not_full.notify_all()


def main() -> None:
    bay = LoadingBay(3)

    def consume() -> list[int]:
        return list(iter(bay.take, None))

    def produce() -> None:
        for weight in range(1, CRATES + 1):
            bay.put(weight)

    with ThreadPoolExecutor(4) as pool:
        consumers = [pool.submit(consume) for _ in range(2)]
        producers = [pool.submit(produce) for _ in range(2)]
        # A producer that closed the bay would turn the other one away.
        for producer in producers:
            producer.result()
        bay.close()
        weights = [w for consumer in consumers for w in consumer.result()]

    print(f"taken away: {len(weights)} crates, {sum(weights)} kg")


if __name__ == "__main__":
    main()
