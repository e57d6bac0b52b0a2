#@ differs: a BrokenBarrierError does not say why
"""Who has waited long enough gives up, and that breaks the barrier for all.
Made whole again, it is called off by a member that finds no work."""

from concurrent.futures import Future, ThreadPoolExecutor
from threading import Barrier, BrokenBarrierError


def report(name: str, thread: Future[int]) -> None:
    if isinstance(thread.exception(), BrokenBarrierError):
        print(f"{name}: the barrier is broken")


def main() -> None:
    barrier = Barrier(3)
    with ThreadPoolExecutor(2) as threads:
        patient = threads.submit(barrier.wait)
        hurried = threads.submit(barrier.wait, timeout=0.02)
        report("hurried", hurried)
        report("patient", patient)
        try:
            barrier.wait()
        except BrokenBarrierError:
            print("late: the barrier is broken")

        barrier.reset()
        waiting = [threads.submit(barrier.wait) for _ in range(2)]
        barrier.abort()
        for thread in waiting:
            report("waited", thread)


if __name__ == "__main__":
    main()
