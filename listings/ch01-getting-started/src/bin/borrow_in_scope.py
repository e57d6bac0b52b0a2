"""Two threads read one log; the pool ends after both of them."""

from concurrent.futures import ThreadPoolExecutor


def main() -> None:
    log = [200, 404, 200, 500]
    with ThreadPoolExecutor(max_workers=2) as threads:
        missing = threads.submit(log.count, 404)
        failed = threads.submit(log.count, 500)
    print(
        f"{len(log)} lines: {missing.result()} missing,"
        f" {failed.result()} failed"
    )


if __name__ == "__main__":
    main()
