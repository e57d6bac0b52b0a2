"""Two trucks unload crates into a bay with room for three; two clerks take
them away, until the bay is closed and empty."""

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
            self.not_full.notify()
            return self.items.popleft()

    def close(self) -> None:
        with self.not_empty:
            self.closed = True
            self.not_empty.notify_all()
            self.not_full.notify_all()


def main() -> None:
    bay = LoadingBay(3)

    def clerk() -> list[int]:
        return list(iter(bay.take, None))

    def truck() -> None:
        for weight in range(1, CRATES + 1):
            bay.put(weight)

    with ThreadPoolExecutor(4) as pool:
        clerks = [pool.submit(clerk) for _ in range(2)]
        trucks = [pool.submit(truck) for _ in range(2)]
        # A truck that closed the bay would turn the other one away.
        for unloaded in trucks:
            unloaded.result()
        bay.close()
        ann, ben = [weights.result() for weights in clerks]

    crates = ann + ben
    print(f"taken away: {len(crates)} crates, {sum(crates)} kg")


if __name__ == "__main__":
    main()
