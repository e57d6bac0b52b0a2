#@ differs: a BrokenBarrierError does not say why
"""One member comes too late: who has waited long enough gives up, and that
breaks the barrier for all."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, BrokenBarrierError


def main() -> None:
    barrier = Barrier(3)
    with ThreadPoolExecutor(2) as threads:
        patient = threads.submit(barrier.wait)
        hurried = threads.submit(barrier.wait, timeout=0.02)
        for name, thread in (("hurried", hurried), ("patient", patient)):
            if isinstance(thread.exception(), BrokenBarrierError):
                print(f"{name}: the barrier is broken")
    try:
        barrier.wait()
    except BrokenBarrierError:
        print("late: the barrier is broken")


if __name__ == "__main__":
    main()
