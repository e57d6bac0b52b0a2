"""Four threads compare objects: the lines they read are the log's own."""

from concurrent.futures import ThreadPoolExecutor

STATUSES = [500] + 5 * [404] + 4 * [304] + 90 * [200]


def write_log(lines: int) -> list[str]:
    return [
        f"203.0.113.{i % 254 + 1} - - [23/Nov/2026:10:00:00 +0000] "
        f'"GET /photo/{i * 7 % 100} HTTP/1.1" {STATUSES[i * 37 % 100]} 512\n'
        for i in range(lines)
    ]


def bytes_in_place(log: list[str], start: int, share: list[str]) -> int:
    """How many bytes of `share` are in the log's lines from `start` on?"""
    pairs = zip(share, log[start:], strict=False)
    return sum(len(line) for line, original in pairs if line is original)


def main() -> None:
    log = write_log(3000)
    size = -(-len(log) // 4)
    with ThreadPoolExecutor(4) as pool:
        futures = [
            pool.submit(bytes_in_place, log, start, log[start : start + size])
            for start in range(0, len(log), size)
        ]
        in_place = sum(future.result() for future in futures)
    print(f"{sum(map(len, log))} bytes in the log, {in_place} read in place")


if __name__ == "__main__":
    main()
