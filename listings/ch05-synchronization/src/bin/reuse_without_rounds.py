"""A barrier that only counts: who wakes up late finds the next round's count,
and sleeps on."""

import time
from threading import Condition, Thread


class Barrier:
    PARTIES = 2

    def __init__(self) -> None:
        # Its lock can be taken again by the thread that holds it.
        self.all_here = Condition()
        self.arrived = 0

    def wait(self) -> None:
        with self.all_here:
            self.arrived += 1
            if self.arrived == Barrier.PARTIES:
                self.arrived = 0
                self.all_here.notify_all()
            while self.arrived != 0:
                self.all_here.wait()


def meet_twice(barrier: Barrier) -> None:
    for _ in range(2):
        barrier.wait()


def main() -> None:
    barrier = Barrier()
    other = Thread(target=meet_twice, args=(barrier,))
    other.start()
    while barrier.arrived == 0:
        time.sleep(0)
    # The quicker thread: in the second round before the other is awake.
    with barrier.all_here:
        for number in (1, 2):
            print(f"arrived in round {number}", flush=True)
            barrier.wait()
    other.join()
    print("two rounds")


if __name__ == "__main__":
    main()
