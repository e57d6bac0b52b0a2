"""The same behind a lock that lets nobody in while a writer waits."""

import time
from threading import Condition, Thread


class WritersFirst:
    def __init__(self) -> None:
        self._changed = Condition()
        self._readers = 0
        self._writers_waiting = 0

    def try_read(self) -> bool:
        with self._changed:
            if self._writers_waiting > 0:
                return False
            self._readers += 1
            return True

    def end_read(self) -> None:
        with self._changed:
            self._readers -= 1
            self._changed.notify_all()

    def write(self, table: dict[str, int], edition: int) -> None:
        with self._changed:
            self._writers_waiting += 1
            self._changed.wait_for(lambda: self._readers == 0)
            self._writers_waiting -= 1
            table["edition"] = edition

    def writer_waits(self) -> bool:
        with self._changed:
            return self._writers_waiting > 0


def main() -> None:
    table = {"edition": 1}
    lock = WritersFirst()
    lock.try_read()
    writer = Thread(target=lock.write, args=(table, 2))
    writer.start()
    while not lock.writer_waits():
        time.sleep(0)
    past = behind = 0
    for _ in range(1000):
        if lock.try_read():
            lock.end_read()  # the one before
            past += 1
        else:
            behind += 1
    edition = table["edition"]
    print("a writer waits, and 1000 readers come")
    print(f"past the writer: {past}, the last reads edition {edition}")
    print(f"behind the writer: {behind}")
    lock.end_read()
    writer.join()


if __name__ == "__main__":
    main()
