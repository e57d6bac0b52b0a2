"""A strip that cannot be computed: its thread fails, and the others wait at
the barrier for ever."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier


def count_alive(line: str) -> int:
    return sum({"#": 1, ".": 0}[cell] for cell in line)


def work(barrier: Barrier, line: str) -> int:
    alive = count_alive(line)
    barrier.wait()
    return alive


def main() -> None:
    barrier = Barrier(3)
    threads = ThreadPoolExecutor(3)
    lines = ("..#", "...", "#?.")
    strips = [threads.submit(work, barrier, line) for line in lines]
    for number in (2, 1, 0):
        if strips[number].exception():
            print(f"strip {number}: not computed", flush=True)
        else:
            print(f"strip {number}: {strips[number].result()} alive")


if __name__ == "__main__":
    main()
