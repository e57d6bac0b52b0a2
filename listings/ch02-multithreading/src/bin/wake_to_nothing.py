#@ differs: a failed assertion ends Python with status 1
#@ exit: 1
"""Two consumers are woken for one crate, and look for it with `if`."""

from collections import deque
from threading import Condition, Lock, Thread


def main() -> None:
    crates: deque[int] = deque()
    lock = Lock()
    not_empty, progress = Condition(lock), Condition(lock)
    waits = wakeups = 0
    taken: list[int] = []

    def take() -> None:
        nonlocal waits, wakeups
        with lock:
            if not crates:
                waits += 1
                progress.notify()
                not_empty.wait()
                wakeups += 1
                progress.notify()
            taken.append(crates.popleft())

    consumers = [Thread(target=take) for _ in range(2)]
    for consumer in consumers:
        consumer.start()
    with lock:
        progress.wait_for(lambda: waits == 2)
        crates.append(1)
        not_empty.notify_all()
        # The second crate comes when both have been woken for the first.
        progress.wait_for(lambda: wakeups == 2)
        crates.append(2)
        not_empty.notify()
    for consumer in consumers:
        consumer.join()
    print(f"2 crates came, {len(taken)} taken")
    assert len(taken) == 2, "a consumer was woken and found nothing"


if __name__ == "__main__":
    main()
