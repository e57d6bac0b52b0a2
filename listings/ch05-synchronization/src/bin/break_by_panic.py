#@ differs: a BrokenBarrierError does not say why
"""A strip that cannot be computed: its thread fails, which is made to break
the barrier, and the others are told."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, BrokenBarrierError


def count_alive(line: str) -> int:
    return sum({"#": 1, ".": 0}[cell] for cell in line)


def work(barrier: Barrier, line: str) -> int:
    try:
        alive = count_alive(line)
    except BaseException:
        barrier.abort()
        raise
    barrier.wait()
    return alive


def main() -> None:
    barrier = Barrier(3)
    with ThreadPoolExecutor(3) as threads:
        lines = ("#?.", "...", "..#")
        strips = [threads.submit(work, barrier, line) for line in lines]
    for number, strip in enumerate(strips):
        match strip.exception():
            case None:
                print(f"strip {number}: {strip.result()} alive")
            case BrokenBarrierError():
                print(f"strip {number}: the barrier is broken")
            case _:
                print(f"strip {number}: not computed")


if __name__ == "__main__":
    main()
