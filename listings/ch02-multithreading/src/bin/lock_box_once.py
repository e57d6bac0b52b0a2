"""The lock is taken at the door; what is inside expects it to be held."""

from concurrent.futures import ThreadPoolExecutor
from threading import Lock


class Warehouse:
    def __init__(self) -> None:
        self._lock = Lock()
        self._boxes = 0

    def _add_locked(self, count: int) -> None:
        self._boxes += count

    def add(self, count: int) -> None:
        with self._lock:
            self._add_locked(count)

    def deliver(self, count: int) -> bool:
        """Take in a delivery unless there would be more than 100 boxes."""
        with self._lock:
            if self._boxes + count > 100:
                return False
            self._add_locked(count)
            return True


def main() -> None:
    warehouse = Warehouse()
    warehouse.add(10)
    with ThreadPoolExecutor(max_workers=2) as trucks:
        taken = sum(trucks.map(warehouse.deliver, [60, 60]))
    print(f"taken in: {taken} of 2 trucks")


if __name__ == "__main__":
    main()
