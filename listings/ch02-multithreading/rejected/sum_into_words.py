#@ differs: reading the total and storing it are two steps, with a call between
"""All workers add to one number."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

total = 0
both_count = Barrier(2)


def count(line: str) -> int:
    both_count.wait()
    return len(line.split(" "))


def add(line: str) -> None:
    global total
    total += count(line)


def main() -> None:
    lines = ["wait for the lock", "wake the other thread"]
    with ThreadPoolExecutor(max_workers=2) as pool:
        list(pool.map(add, lines))
    print(f"{total} words")


if __name__ == "__main__":
    main()
