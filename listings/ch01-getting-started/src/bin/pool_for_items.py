"""Two threads for a million items: each call takes a chunk of them."""

from concurrent.futures import ThreadPoolExecutor

ITEMS = 1_000_000
CHUNK = 10_000


def count_missing(first: int) -> int:
    return sum(i * 7919 % 100 < 5 for i in range(first, first + CHUNK))


def main() -> None:
    with ThreadPoolExecutor(max_workers=2) as pool:
        missing = sum(pool.map(count_missing, range(0, ITEMS, CHUNK)))
    print(f"{ITEMS} items, 2 threads: {missing} missing")


if __name__ == "__main__":
    main()
