"""A lock that its owner may take again, beside the value."""

from concurrent.futures import ThreadPoolExecutor
from threading import RLock


class Warehouse:
    def __init__(self) -> None:
        self.lock = RLock()
        self.boxes = 0

    def add(self, count: int) -> None:
        with self.lock:
            self.boxes += count

    def deliver(self, count: int) -> bool:
        """Takes in a delivery unless there would be more than 100 boxes."""
        with self.lock:
            if self.boxes + count > 100:
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
