"""Producer and consumers wait on one condition; each notifies one waiter."""

from collections import deque
from threading import Condition, Lock, Thread

CONSUMERS = 3
CRATES = 30


def main() -> None:
    crates: deque[int] = deque()
    lock = Lock()
    changed, asleep = Condition(lock), Condition(lock)
    waiting = 0

    def take_share() -> None:
        nonlocal waiting
        for _ in range(CRATES // CONSUMERS):
            with lock:
                while not crates:
                    waiting += 1
                    asleep.notify()
                    changed.wait()
                crates.popleft()
                changed.notify()

    for _ in range(CONSUMERS):
        Thread(target=take_share).start()
    with lock:
        asleep.wait_for(lambda: waiting >= CONSUMERS)
        print(f"{CONSUMERS} consumers wait", flush=True)
        for item in range(CRATES):
            # Room for one crate: after the first, this waits behind those
            # consumers that were not notified.
            while crates:
                changed.wait()
            crates.append(item)
            changed.notify()
    print(f"{CRATES} crates unloaded")


if __name__ == "__main__":
    main()
