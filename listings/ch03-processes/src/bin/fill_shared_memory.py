#@ differs: `SharedMemory` promises memory that there is not
"""No room in /dev/shm: no error, and the first write too many is the end."""

import ctypes
import os
from multiprocessing import get_context
from multiprocessing.resource_tracker import unregister
from multiprocessing.shared_memory import SharedMemory

CLONE_NEWNS, CLONE_NEWUSER = 0x0002_0000, 0x1000_0000
MS_REC_PRIVATE = 0x4000 | 0x4_0000
FORBIDDEN = 2
PAGE = 4096


def cover_shared_memory() -> bool:
    """Puts 16 KiB over /dev/shm, for this process alone, if it may."""
    libc = ctypes.CDLL(None)
    if libc.unshare(CLONE_NEWNS) and libc.unshare(CLONE_NEWNS | CLONE_NEWUSER):
        return False
    libc.mount(b"none", b"/", None, MS_REC_PRIVATE, None)
    return not libc.mount(b"none", b"/dev/shm", b"tmpfs", 0, b"size=16k")


def fill() -> None:
    if not cover_shared_memory():
        os._exit(FORBIDDEN)
    readings = SharedMemory(create=True, size=8 * PAGE)
    # The tracker could not remove it: it sees another /dev/shm.
    unregister(f"/{readings.name}", "shared_memory")
    for page in range(8):
        readings.buf[page * PAGE] = 48


def main() -> None:
    system = os.statvfs("/dev/shm")
    room = system.f_blocks * system.f_frsize
    readings = SharedMemory(create=True, size=72 * room)
    print("larger than /dev/shm: made")
    readings.close()
    readings.unlink()

    writer = get_context("fork").Process(target=fill)
    writer.start()
    writer.join()
    died = writer.exitcode != FORBIDDEN
    print(f"writers ended by signal 7 (SIGBUS): ~{int(died)}")
    assert writer.exitcode in (-7, FORBIDDEN), writer.exitcode


if __name__ == "__main__":
    main()
