#@ deadlock
"""A strip that cannot be computed: its thread fails, and the others wait at
the barrier for ever."""

from threading import Barrier, Thread


def count_alive(line: str) -> int:
    return sum({"#": 1, ".": 0}[cell] for cell in line)


def work(barrier: Barrier, line: str, alive: list[int]) -> None:
    alive.append(count_alive(line))
    barrier.wait()


def main() -> None:
    barrier = Barrier(3)
    alive: list[int] = []
    strips = [
        Thread(target=work, args=(barrier, line, alive))
        for line in ("..#", "...", "#?.")
    ]
    for strip in strips:
        strip.start()
    for strip in strips:
        strip.join()
    print(alive)


if __name__ == "__main__":
    main()
