"""A lock that its owner may take again, beside the value."""

from concurrent.futures import ThreadPoolExecutor
from threading import RLock


class Warehouse:
    def __init__(self) -> None:
        self._lock = RLock()
        self._boxes = 0

    def add(self, count: int) -> None:
        with self._lock:
            self._boxes += count

    def deliver(self, count: int) -> bool:
        """Take in a delivery unless there would be more than 100 boxes."""
        with self._lock:
            if self._boxes + count > 100:
                return False
            self.add(count)
            return True


def main() -> None:
    warehouse = Warehouse()
    warehouse.add(10)
    with ThreadPoolExecutor(max_workers=2) as trucks:
        taken = sum(trucks.map(warehouse.deliver, [60, 60]))
    print(f"taken in: {taken} of 2 trucks")


if __name__ == "__main__":
    main()
