"""Four consumers and a crate at a time: how many wake up for it."""

from collections import deque
from collections.abc import Callable
from threading import Condition, Lock, Thread

CONSUMERS = 4
CRATES = 100


def count(woken: int, notify: Callable[[Condition], None]) -> int:
    """How many wakeups it takes if `notify` wakes `woken` consumers."""
    crates: deque[int] = deque()
    lock = Lock()
    not_empty, moved = Condition(lock), Condition(lock)
    closed = False
    waits = wakeups = 0

    def take_all() -> None:
        nonlocal waits, wakeups
        with lock:
            while True:
                while not crates and not closed:
                    waits += 1
                    moved.notify()
                    not_empty.wait()
                    wakeups += 1
                if not crates:
                    return
                crates.popleft()

    consumers = [Thread(target=take_all) for _ in range(CONSUMERS)]
    for consumer in consumers:
        consumer.start()
    with lock:
        for item in range(CRATES):
            # Each crate comes when all consumers are asleep.
            moved.wait_for(lambda: waits >= CONSUMERS + item * woken)
            crates.append(item)
            notify(not_empty)
        moved.wait_for(lambda: waits >= CONSUMERS + CRATES * woken)
        closed = True
        not_empty.notify_all()
        needed = wakeups
    for consumer in consumers:
        consumer.join()
    return needed


def main() -> None:
    one = count(1, Condition.notify)
    all_of_them = count(CONSUMERS, Condition.notify_all)
    print(f"{CRATES} crates, notify_one: ~{one} wakeups")
    print(f"{CRATES} crates, notify_all: ~{all_of_them} wakeups")


if __name__ == "__main__":
    main()
