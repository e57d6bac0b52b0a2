#@ differs: a finished thread keeps its stack only since CPython 3.13
"""A thread for each item: what finished threads keep depends on the version."""

import resource
import time
from pathlib import Path
from threading import Thread

# For a million of them there is no time here.
ITEMS = 1_000

missing: list[int] = []


def look_at(i: int) -> None:
    if i * 7919 % 100 < 5:
        missing.append(i)


def limit_address_space(room: int) -> None:
    """Allows this process so many bytes of address space more than it has."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = pages * resource.getpagesize() + room
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))


def main() -> None:
    limit_address_space(512 << 20)
    threads: list[Thread] = []
    for i in range(ITEMS):
        thread = Thread(target=look_at, args=(i,))
        try:
            thread.start()
        except RuntimeError:
            break
        threads.append(thread)
        while thread.is_alive():
            time.sleep(0)
    running = sum(thread.is_alive() for thread in threads)
    print(f"~{len(threads)} of {ITEMS} threads started, {running} running")
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main()
