"""Threads read one log; the pool's block ends after all of them."""

from concurrent.futures import ThreadPoolExecutor


def archive(log: list[int]) -> None:
    print(f"archived {len(log)} lines")


def main() -> None:
    log = [200, 404, 200, 500, 404]
    with ThreadPoolExecutor(max_workers=2) as threads:
        missing, failed = threads.map(log.count, (404, 500))
    print(f"404: {missing} lines")
    print(f"500: {failed} lines")
    archive(log)


if __name__ == "__main__":
    main()
