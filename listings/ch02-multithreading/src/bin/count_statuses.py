"""Four threads count the statuses of one log that they share."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

THREADS = 4
STATUSES = [500] + 5 * [404] + 4 * [304] + 90 * [200]


def write_log(lines: int) -> list[str]:
    return [
        f"203.0.113.{i % 254 + 1} - - [23/Nov/2026:10:00:00 +0000] "
        f'"GET /photo/{i * 7 % 100} HTTP/1.1" {STATUSES[i * 37 % 100]} 512\n'
        for i in range(lines)
    ]


def count(lines: list[str]) -> Counter[str]:
    return Counter(line.split(" ")[8] for line in lines)


def main() -> None:
    log = write_log(3000)
    size = max(1, -(-len(log) // THREADS))
    total: Counter[str] = Counter()
    with ThreadPoolExecutor(THREADS) as pool:
        futures = [
            # The slice copies the references to the lines, not the lines.
            pool.submit(count, log[start : start + size])
            for start in range(0, len(log), size)
        ]
        for future in futures:
            total += future.result()
    for status, n in sorted(total.items()):
        print(f"{status}: {n} lines")


if __name__ == "__main__":
    main()
