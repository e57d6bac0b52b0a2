#@ differs: the requests have a pool of their own; nothing is stolen
"""The halves have a pool of their own, and are counted before the lock."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Lock

total = 0
lock = Lock()
both_taken = Barrier(2)


def words(text: str) -> int:
    return len(text.split(" "))


def first(counters: ThreadPoolExecutor) -> None:
    global total
    print("request 1: counts two halves")
    both_taken.wait()
    halves = ["wait for the lock", "wake the other thread"]
    found = sum(counters.map(words, halves))
    with lock:
        total += found


def second() -> None:
    global total
    both_taken.wait()
    found = words("join both")
    with lock:
        total += found


def main() -> None:
    with (
        ThreadPoolExecutor(max_workers=2) as counters,
        ThreadPoolExecutor(max_workers=2) as pool,
    ):
        requests = [pool.submit(first, counters), pool.submit(second)]
        for request in requests:
            request.result()
    print(f"{total} words")


if __name__ == "__main__":
    main()
