"""A sensor process hands over 16 MB of readings, and nobody copies a byte."""

import fcntl
import mmap
import os
import socket
from array import array
from multiprocessing import get_context

READINGS = 2_000_000
SEALS = (
    fcntl.F_SEAL_SHRINK
    | fcntl.F_SEAL_GROW
    | fcntl.F_SEAL_WRITE
    | fcntl.F_SEAL_SEAL
)


def measure(outbox: socket.socket) -> None:
    file = os.memfd_create("readings", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    os.posix_fallocate(file, 0, READINGS * 8)
    thousand = array("d", range(1000)).tobytes()
    with mmap.mmap(file, READINGS * 8) as memory:
        for start in range(0, READINGS * 8, len(thousand)):
            memory[start : start + len(thousand)] = thousand
    fcntl.fcntl(file, fcntl.F_ADD_SEALS, SEALS)
    socket.send_fds(outbox, [b"readings"], [file])


def main() -> None:
    outbox, inbox = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    sensor = get_context("fork").Process(target=measure, args=(outbox,))
    sensor.start()
    outbox.close()
    inbox.settimeout(10)
    _, files, _, _ = socket.recv_fds(inbox, 16, 1)
    sensor.join()
    print(f"sensor: exit status: {sensor.exitcode}")

    assert fcntl.fcntl(files[0], fcntl.F_GET_SEALS) & SEALS == SEALS
    assert os.fstat(files[0]).st_size == READINGS * 8
    # Frees pages behind the end, which would be counted as well.
    os.ftruncate(files[0], READINGS * 8)
    # All of it is there: reading a hole would take memory from this process.
    assert os.fstat(files[0]).st_blocks * 512 >= READINGS * 8
    # Older kernels than 6.7 refuse ACCESS_READ, which is MAP_SHARED.
    memory = mmap.mmap(files[0], 0, mmap.MAP_PRIVATE, mmap.PROT_READ)
    with memoryview(memory) as raw, raw.cast("d") as readings:
        print(f"{len(readings)} readings")
        print(f"sum: {sum(readings):.0f}")


if __name__ == "__main__":
    main()
