"""The job of parse_then_report in seconds: with one worker, with two."""

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from multiprocessing import get_context

HOURS = 20_000
LINES = 19

Hour = tuple[int, int]


def write_hour(hour: int, lines: int) -> str:
    return "".join(
        f"{hour} /page/{i * 7919 % 97} {404 if i * 7919 % 100 < 5 else 200}"
        f" {80 + i * 31 % 977}\n"
        for i in range(hour * lines, (hour + 1) * lines)
    )


def parse_hour(file: str) -> Hour:
    statuses = [int(line.split(" ")[2]) for line in file.splitlines()]
    return len(statuses), statuses.count(404)


def read(share: list[str]) -> list[Hour]:
    return [parse_hour(file) for file in share]


def parse(files: list[str], how: str) -> list[list[Hour]]:
    if how == "serial":
        return [read(files)]
    shares = [files[: HOURS // 2], files[HOURS // 2 :]]
    if how == "threads":
        with ThreadPoolExecutor(2) as threads:
            return list(threads.map(read, shares))
    with get_context("fork").Pool(2) as pool:
        return pool.map(read, shares, chunksize=1)


def report(parsed: list[list[Hour]]) -> list[str]:
    rows: list[str] = []
    total = 0
    for _, missing in chain.from_iterable(parsed):
        total += missing
        rows.append(f"{missing} missing in this hour, {total} so far")
    return rows


def run(files: list[str], how: str) -> tuple[float, float]:
    """The seconds of the parse and of the report."""
    start = time.perf_counter()
    parsed = parse(files, how)
    between = time.perf_counter()
    rows = report(parsed)
    after = time.perf_counter()
    del rows  # not counted
    return between - start, after - between


def main() -> None:
    files = [write_hour(hour, LINES) for hour in range(HOURS)]
    run(files, "serial")
    parse_s, report_s = run(files, "serial")
    one = parse_s + report_s
    two = sum(run(files, sys.argv[1]))
    serial = report_s / one
    print(f"wall_s {two}")
    print(f"one_worker_s {one}")
    print(f"serial_fraction {serial}")
    print(f"predicted {1 / (serial + (1 - serial) / 2)}")
    print(f"seen {one / two}")


if __name__ == "__main__":
    main()
