"""A method that holds the lock calls one that takes it."""

from threading import Lock


class Warehouse:
    def __init__(self) -> None:
        self._lock = Lock()
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
    for count in (200, 60):
        taken = warehouse.deliver(count)
        answer = "taken in" if taken else "sent back"
        print(f"{count} boxes: {answer}", flush=True)


if __name__ == "__main__":
    main()
