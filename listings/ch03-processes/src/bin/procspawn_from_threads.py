"""Two threads have a log counted by processes that are started anew."""

from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context


def count(wanted: int) -> int:
    log = [404 if i * 7919 % 100 < 5 else 200 for i in range(1000)]
    return log.count(wanted)


def run(status: int) -> int:
    with get_context("spawn").Pool(1) as pool:
        return pool.apply_async(count, [status]).get(20)


def main() -> None:
    with ThreadPoolExecutor(2) as threads:
        found = threads.submit(run, 200)
        missing = threads.submit(run, 404)
        print(f"200: {found.result()}")
        print(f"404: {missing.result()}")


if __name__ == "__main__":
    main()
