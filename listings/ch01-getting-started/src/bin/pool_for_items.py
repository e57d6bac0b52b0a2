"""Two processes for a million items: each takes chunks of them."""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

ITEMS = 1_000_000


def is_missing(i: int) -> bool:
    return i * 7919 % 100 < 5


def main() -> None:
    fork = get_context("fork")
    with ProcessPoolExecutor(max_workers=2, mp_context=fork) as pool:
        missing = sum(pool.map(is_missing, range(ITEMS), chunksize=10_000))
    print(f"{ITEMS} items, 2 workers: {missing} missing")


if __name__ == "__main__":
    main()
