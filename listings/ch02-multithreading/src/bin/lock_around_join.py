#@ differs: a waiting worker takes up nothing, so the two halves find none
#@ deadlock
"""A worker waits for its own pool with a lock in its hands."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Lock

total = 0
lock = Lock()
both_taken = Barrier(2)


def words(text: str) -> int:
    return len(text.split(" "))


def first(pool: ThreadPoolExecutor) -> None:
    global total
    with lock:
        print("request 1: has the lock, counts two halves", flush=True)
        both_taken.wait()
        halves = ["wait for the lock", "wake the other thread"]
        total += sum(pool.map(words, halves))


def second() -> None:
    global total
    both_taken.wait()
    with lock:
        total += words("join both")


def main() -> None:
    with ThreadPoolExecutor(max_workers=2) as pool:
        requests = [pool.submit(first, pool), pool.submit(second)]
        for request in requests:
            request.result()
    print(f"{total} words")


if __name__ == "__main__":
    main()
