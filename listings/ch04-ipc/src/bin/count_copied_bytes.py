#@ differs: a SharedMemory, which nobody has sealed
"""16 MB by pipe and by shared memory: what the kernel has copied, by its own
count."""

import os
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.shared_memory import SharedMemory

SIZE = 16_000_000
MB = 1_000_000
FORK = get_context("fork")


def copied() -> int:
    """The bytes that this process has read and written so far."""
    with open("/proc/self/io") as file:
        counts = dict(line.split(": ") for line in file)
    return int(counts["rchar"]) + int(counts["wchar"])


def send(work: Callable[[], None]) -> None:
    before = copied()
    work()
    os._exit((copied() - before) // MB)


def count(work: Callable[[], None], receive: Callable[[], int]) -> str:
    before = copied()
    sender = FORK.Process(target=send, args=(work,))
    sender.start()
    size = receive()
    received = (copied() - before) // MB
    sender.join()
    return f"{sender.exitcode} + {received} MB copied of {size} bytes"


def main() -> None:
    reader, writer = FORK.Pipe(duplex=False)
    data = bytes(SIZE)
    pipe = count(
        lambda: writer.send_bytes(data), lambda: len(reader.recv_bytes())
    )
    print(f"pipe: {pipe}")

    memory = SharedMemory(create=True, size=SIZE)
    full = FORK.Event()

    def fill() -> None:
        memory.buf[:] = data
        full.set()

    def receive() -> int:
        full.wait()
        return memory.size

    shared = count(fill, receive)
    memory.close()
    memory.unlink()
    print(f"shared memory: {shared}")


if __name__ == "__main__":
    main()
