"""Parses a log in parallel, reports serially, and counts the steps of both."""

from collections.abc import Iterable
from itertools import chain
from multiprocessing import get_context

HOURS = 200
LINES = 19

Hour = tuple[int, int]  # how many lines, how many pages were missing


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


def parse(files: list[str], workers: int) -> list[list[Hour]]:
    """The parallel part: each worker reads a share of the files."""
    size = -(-len(files) // workers)
    shares = [files[i : i + size] for i in range(0, len(files), size)]
    with get_context("fork").Pool(workers) as pool:
        return pool.map(read, shares, chunksize=1)


def report(hours: Iterable[Hour]) -> list[str]:
    """The serial part: a row needs the total of the row before it."""
    rows: list[str] = []
    total = 0
    for _, missing in hours:
        total += missing
        rows.append(f"{missing} missing in this hour, {total} so far")
    return rows


def count_steps(lines_per_file: int, workers: int) -> tuple[int, int]:
    """A step is a line parsed or a row written. How many does the job take,
    and how many of them one after the other?"""
    files = [write_hour(hour, lines_per_file) for hour in range(HOURS)]
    parsed = parse(files, workers)
    rows = len(report(chain.from_iterable(parsed)))
    shares = [sum(lines for lines, _ in share) for share in parsed]
    return sum(shares) + rows, max(shares) + rows


def main() -> None:
    steps, _ = count_steps(LINES, 1)
    serial = HOURS / steps
    print(f"{HOURS} rows of {steps} steps: serial fraction {serial}")
    print("workers  same log  Amdahl  grown log  Gustafson")
    for workers in (2, 4, 8):
        steps, in_a_row = count_steps(LINES, workers)
        amdahl = 1 / (serial + (1 - serial) / workers)
        print(f"{workers:>7}{steps / in_a_row:>10.2f}{amdahl:>8.2f}", end="")

        steps, in_a_row = count_steps(LINES * workers, workers)
        gustafson = serial + (1 - serial) * workers
        print(f"{steps / in_a_row:>11.2f}{gustafson:>11.2f}")
    print(f"{1 / serial:>25.2f} is Amdahl's limit")


if __name__ == "__main__":
    main()
