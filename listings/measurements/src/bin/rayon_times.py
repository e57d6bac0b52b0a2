"""Counts the words of 200,000 lines: serially, by two processes or threads."""

import sys
import time
from collections import Counter
from concurrent.futures import (
    Executor,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
)
from multiprocessing import get_context

LINES = 200_000
CHUNK = 25_000
WORDS = ["lock", "thread", "wait", "wake", "join"]


def write_lines() -> list[str]:
    def word(i: int, j: int) -> str:
        return WORDS[(i * i + 3 * j * j) % 11 % 5]

    return [
        " ".join(word(i, j) for j in range(i % 5 + i % 4 + 1))
        for i in range(LINES)
    ]


def count(lines: list[str]) -> Counter[str]:
    words: Counter[str] = Counter()
    for line in lines:
        words.update(line.split(" "))
    return words


def run(lines: list[str], pool: Executor | None) -> float:
    """The seconds that it takes."""
    start = time.perf_counter()
    if pool is None:
        words = count(lines)
    else:
        chunks = [lines[i : i + CHUNK] for i in range(0, LINES, CHUNK)]
        words = Counter()
        for some in pool.map(count, chunks):
            words += some
    seconds = time.perf_counter() - start
    assert words.total() == LINES * 9 // 2
    return seconds


def executor(how: str) -> Executor:
    if how == "threads":
        return ThreadPoolExecutor(2)
    return ProcessPoolExecutor(2, mp_context=get_context("fork"))


def main() -> None:
    lines = write_lines()
    one = run(lines, None)
    wall = one
    if sys.argv[1] != "serial":
        with executor(sys.argv[1]) as pool:
            # Starts the workers before the clock does.
            list(pool.map(count, [lines[:1], lines[:1]]))
            wall = run(lines, pool)
    print(f"wall_s {wall}")
    print(f"speed_up {one / wall}")


if __name__ == "__main__":
    main()
