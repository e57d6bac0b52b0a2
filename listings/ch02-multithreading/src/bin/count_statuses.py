"""Four threads count the statuses of one log that they share."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

THREADS = 4


def write_log(state: int, lines: int) -> list[str]:
    """The lines of the same log as in the Rust program."""

    def draw(below: int) -> int:
        nonlocal state
        state = (state * 1_664_525 + 1_013_904_223) % 2**32
        return (state >> 16) % below

    log = []
    for i in range(lines):
        time = f"23/Nov/2026:10:{i // 60 % 60:02}:{i % 60:02} +0000"
        host, photo, luck = draw(254) + 1, draw(100), draw(100)
        status = 500 if luck < 1 else 404 if luck < 6 else 200
        status = 304 if 6 <= luck < 10 else status
        log.append(
            f"203.0.113.{host} - - [{time}] "
            f'"GET /photo/{photo} HTTP/1.1" {status} {draw(9000)}\n'
        )
    return log


def count(
    log: list[str], start: int, share: list[str]
) -> tuple[Counter[str], int]:
    """Counts the share of the log that begins at `start`."""
    table = Counter(line.split(" ")[8] for line in share)
    in_place = sum(
        len(line) for i, line in enumerate(share) if line is log[start + i]
    )
    return table, in_place


def main() -> None:
    log = write_log(7, 3000)
    size = max(1, -(-len(log) // THREADS))
    total: Counter[str] = Counter()
    in_place = 0
    with ThreadPoolExecutor(THREADS) as threads:
        results = [
            # The slice copies the references to the lines, not the lines.
            threads.submit(count, log, start, log[start : start + size])
            for start in range(0, len(log), size)
        ]
        for result in results:
            table, in_place_here = result.result()
            total += table
            in_place += in_place_here
    for status, lines in sorted(total.items()):
        print(f"{status}: {lines} lines")
    size = sum(map(len, log))
    print(f"{size} bytes in the log, {in_place} read in place")


if __name__ == "__main__":
    main()
