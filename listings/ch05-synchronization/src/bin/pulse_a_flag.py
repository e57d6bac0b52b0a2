"""Set and cleared while the waiter is on its way: it sees a flag that is
clear, and sleeps on."""

import time
from threading import Condition, Thread


class Event:
    """The textbook's."""

    def __init__(self) -> None:
        # Its lock can be taken again by the thread that holds it.
        self.bell = Condition()
        self.flag = False
        self.waiting = 0

    def wait(self) -> None:
        with self.bell:
            self.waiting += 1
            while not self.flag:
                self.bell.wait()
            self.waiting -= 1

    def set(self) -> None:
        with self.bell:
            self.flag = True
            self.bell.notify_all()

    def clear(self) -> None:
        with self.bell:
            self.flag = False


def main() -> None:
    loaded = Event()
    waiter = Thread(target=loaded.wait)
    waiter.start()
    while loaded.waiting == 0:
        time.sleep(0)
    # Two calls, and nobody gets the lock between them: as it may be anyway,
    # but here it is certain.
    with loaded.bell:
        loaded.set()
        loaded.clear()
    print("set, and cleared", flush=True)
    waiter.join()
    print("the waiter has seen it")


if __name__ == "__main__":
    main()
