"""A pool of processes searches a day's log files, called in five ways."""

import os
from multiprocessing import get_context

wanted_status = 0


def count(hour: int, status: int) -> int:
    """How often a status stands in the log file of an hour."""
    lines = ((i * 7919 + hour * 331) % (97 + hour) for i in range(1000))
    return sum((404 if line < 5 else 200) == status for line in lines)


def start(status: int) -> None:
    global wanted_status
    wanted_status = status


def wanted(hour: int) -> int:
    return count(hour, wanted_status)


def pid(hour: int) -> int:
    return os.getpid()


def total(hours: range) -> int:
    return sum(map(wanted, hours))


def main() -> None:
    fork = get_context("fork")
    # In Python, tasks per child are chunks.
    pool = fork.Pool(2, start, (404,), maxtasksperchild=2)
    with pool:
        day = sum(pool.map(wanted, range(24), chunksize=4))

        third = pool.starmap(count, [(3, 404), (3, 200)], chunksize=1)

        for hour, missing in enumerate(pool.imap(wanted, range(24), 4)):
            if missing < 45:
                break

        workers = set(pool.imap_unordered(pid, range(24), 4))

        night = pool.apply_async(total, (range(6),))
        evening = pool.apply_async(total, (range(18, 24),))
        halves = f"{night.get()} by night, {evening.get()} in the evening"

    # Not before: a thread of the pool forks the next worker at any moment, and
    # that one would print what is still in the buffer once more.
    print(f"map: {day} pages were missing")
    print(f"starmap: hour 3: {third}")
    print(f"imap: hour {hour} is the first with {missing}")
    print(f"imap_unordered: 3 workers or more: {str(len(workers) >= 3).lower()}")
    print(f"apply_async: {halves}")


if __name__ == "__main__":
    main()
