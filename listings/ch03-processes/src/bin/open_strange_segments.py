#@ differs: `SharedMemory` opens what there is, and `unpack` believes it
"""Segments that are not what their name says, and what a reader makes of
them. One of them changes after it is opened."""

import os
import struct
from multiprocessing import get_context
from multiprocessing.resource_tracker import unregister
from multiprocessing.shared_memory import SharedMemory

# Magic, version, words, records, size, writer, started; then the readings.
HEADER = struct.Struct("=8sIIQQI4xQ16x")
READING = struct.Struct("=8x8Q")


def segment(kind: str, content: bytes) -> str:
    name = f"b-{kind}-{os.getpid()}"
    with open(f"/dev/shm/{name}", "xb") as file:
        file.write(content)
    return name


def attach(name: str) -> SharedMemory:
    memory = SharedMemory(name=name)
    # Its maker removes it, not the one who has opened it.
    unregister(f"/{name}", "shared_memory")
    return memory


def read(name: str) -> str:
    memory = attach(name)
    try:
        _, _, _, records, *_ = HEADER.unpack_from(memory.buf)
        first, *_ = READING.unpack_from(memory.buf, HEADER.size)
        return f"{records} records, {first} degrees"
    except struct.error as error:
        return f"struct.error: {error}"
    finally:
        memory.close()


def read_what_shrinks(name: str) -> None:
    memory = attach(name)
    print(f"shrunk: opened, {memory.size} bytes", flush=True)
    os.truncate(f"/dev/shm/{name}", 0)
    print(f"shrunk: {HEADER.unpack_from(memory.buf)}")


def main() -> None:
    def table(version: int = 1, records: int = 1, started: int = 1) -> bytes:
        writer = os.getpid()
        size = HEADER.size + READING.size
        return HEADER.pack(
            b"seqtable", version, 8, records, size, writer, started
        ) + READING.pack(*8 * [48])

    strange = {
        "sound": table(),
        "short": table()[:12],
        "foreign": b"Subject: rain\n" * 10,
        "newer": table(version=2),
        "hostile": table(records=1 + 2**61),
        "stale": table(started=0),
    }
    for kind, content in strange.items():
        name = segment(kind, content)
        print(f"{kind}: {read(name)}")
        os.unlink(f"/dev/shm/{name}")

    name = segment("shrunk", table())
    reader = get_context("fork").Process(
        target=read_what_shrinks, args=(name,)
    )
    reader.start()
    reader.join()
    print(f"shrunk: signal: {-reader.exitcode} (SIGBUS)")
    os.unlink(f"/dev/shm/{name}")


if __name__ == "__main__":
    main()
