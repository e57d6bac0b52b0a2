"""Two processes import a log and count its status codes in one shared array."""

from multiprocessing import get_context
from multiprocessing.sharedctypes import SynchronizedArray

STATUSES = [200, 404, 500]


def status(line: int) -> int:
    """Which of the statuses a line of the log has."""
    number = line * 7919 % 100
    return 0 if number < 90 else 1 if number < 98 else 2


def import_lines(lines: range, counts: "SynchronizedArray[int]") -> None:
    for line in lines:
        with counts.get_lock():
            counts[status(line)] += 1


def main() -> None:
    fork = get_context("fork")
    counts = fork.Array("Q", len(STATUSES))
    importers = [
        fork.Process(target=import_lines, args=(lines, counts))
        for lines in (range(1000), range(1000, 2000))
    ]
    for importer in importers:
        importer.start()
    print(f"while they import: ~{sum(counts)} lines")
    for importer in importers:
        importer.join()
        print(f"importer: exit status: {importer.exitcode}")
    for code, count in zip(STATUSES, counts):
        print(f"{code}: {count}")
    print(f"imported: {sum(counts)}")


if __name__ == "__main__":
    main()
