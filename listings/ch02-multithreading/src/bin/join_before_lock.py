#@ differs: a waiting worker takes up nothing, so the other counts the halves
"""A worker waits for its own pool with no lock in its hands."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Lock

total = 0
lock = Lock()
both_taken = Barrier(2)


def words(text: str) -> int:
    return len(text.split(" "))


def first(pool: ThreadPoolExecutor) -> None:
    global total
    print("request 1: counts two halves")
    both_taken.wait()
    halves = ["wait for the lock", "wake the other thread"]
    found = sum(pool.map(words, halves))
    with lock:
        total += found


def second() -> None:
    global total
    both_taken.wait()
    found = words("join both")
    with lock:
        total += found


def main() -> None:
    with ThreadPoolExecutor(max_workers=2) as pool:
        requests = [pool.submit(first, pool), pool.submit(second)]
        for request in requests:
            request.result()
    print(f"{total} words")


if __name__ == "__main__":
    main()
