"""A thread counts in the log; the answer comes back in a future."""

from concurrent.futures import ThreadPoolExecutor


def main() -> None:
    log = [200, 404, 200, 500, 404]
    with ThreadPoolExecutor(max_workers=1) as thread:
        missing = thread.submit(log.count, 404).result()
    print(f"{missing} of {len(log)} lines")


if __name__ == "__main__":
    main()
