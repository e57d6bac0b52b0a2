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
    not_empty, progress = Condition(lock), Condition(lock)
    closed = False
    waits = wakeups = 0
    target = CONSUMERS

    def take_all() -> None:
        nonlocal waits, wakeups
        with lock:
            while True:
                while not crates and not closed:
                    waits += 1
                    progress.notify()
                    not_empty.wait()
                    wakeups += 1
                if not crates:
                    return
                crates.popleft()

    # `waits - wakeups` consumers are in `wait`. Some of them may have been
    # notified and not have run yet: hence the `target`.
    def all_asleep() -> bool:
        return (
            waits >= target and waits - wakeups == CONSUMERS and not crates
        )

    consumers = [Thread(target=take_all) for _ in range(CONSUMERS)]
    for consumer in consumers:
        consumer.start()
    with lock:
        for item in range(CRATES):
            progress.wait_for(all_asleep)
            crates.append(item)
            # Each consumer that is woken waits once more.
            target = waits + woken
            notify(not_empty)
        progress.wait_for(all_asleep)
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
