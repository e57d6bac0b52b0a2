"""A program that was executed, not forked, counts in memory it was handed."""

import os
import subprocess
import sys
from fcntl import F_ADD_SEALS, F_GET_SEALS, F_SEAL_SHRINK, LOCK_EX, LOCK_UN
from fcntl import fcntl, lockf
from mmap import mmap


def counter(fd: int) -> "memoryview[int]":
    """A counter at the start of the memory, which nobody can shrink."""
    if not fcntl(fd, F_GET_SEALS) & F_SEAL_SHRINK:
        raise OSError("the memory is not sealed")
    return memoryview(mmap(fd, 8)).cast("Q")


def import_lines(fd: int) -> None:
    imported = counter(fd)
    for _ in range(1000):
        # Python has no atomic addition.
        lockf(fd, LOCK_EX)
        imported[0] += 1
        lockf(fd, LOCK_UN)


def main() -> None:
    if sys.argv[1:] == ["import"]:
        return import_lines(sys.stdin.fileno())
    fd = os.memfd_create("imported", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    os.posix_fallocate(fd, 0, 8)
    fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK)
    imported = counter(fd)
    importer = [sys.executable, __file__, "import"]
    importers = [subprocess.Popen(importer, stdin=fd) for _ in range(2)]
    for started in importers:
        print(f"importer: exit status: {started.wait()}")
    print(f"imported: {imported[0]}")


if __name__ == "__main__":
    main()
