#@ needs: numpy
"""NumPy reads a table that another program has written, without a copy."""

import subprocess
import sys
from multiprocessing.resource_tracker import unregister
from multiprocessing.shared_memory import SharedMemory

import numpy as np

HEADER = np.dtype(
    [
        ("magic", "S8"),
        ("version", "<u4"),
        ("words", "<u4"),
        ("records", "<u8"),
        ("size", "<u8"),
        ("writer", "<u4"),
        ("reserved", "<u4"),
        ("started", "<u8"),
        ("unused", "<u8", (2,)),
    ]
)
RECORD = np.dtype([("sequence", "<u8"), ("values", "<f8", (3,))])


def attach(name: str) -> SharedMemory:
    """Opens what another program will remove."""
    if sys.version_info >= (3, 13):
        return SharedMemory(name=name, track=False)
    memory = SharedMemory(name=name)
    unregister(f"/{name}", "shared_memory")
    return memory


def read(name: str) -> None:
    memory = attach(name)
    header = np.frombuffer(memory.buf, HEADER, count=1)[0]
    found = header["magic"], header["version"], header["words"]
    assert found == (b"seqtable", 1, 3), found
    size = HEADER.itemsize + header["records"] * RECORD.itemsize
    assert size == header["size"] == memory.size
    table = np.frombuffer(memory.buf, RECORD, offset=HEADER.itemsize)
    assert not (table["sequence"] % 2).any(), "a record is being written"
    # `owndata` would be False for a view of a copy, too.
    shared = np.shares_memory(table, np.frombuffer(memory.buf, np.uint8))
    print(f"{len(table)} records, copied: {not shared}")
    degrees, pressure, _ = table["values"].mean(axis=0)
    print(f"mean: {degrees} degrees, {pressure} hPa")
    # Views hold the memory, and `close` would raise BufferError.
    del header, table
    memory.close()


def main() -> None:
    size = HEADER.itemsize + 1000 * RECORD.itemsize
    memory = SharedMemory(create=True, size=size)
    try:
        header = (b"seqtable", 1, 3, 1000, size, 0, 0, 0, (0, 0))
        start = np.array([header], HEADER).tobytes()
        table = np.zeros(1000, RECORD)
        table["values"] = 20.0, 1013.0, 0.5
        table["values"][:, 0] += np.arange(1000) % 5
        memory.buf[:size] = start + table.tobytes()
        command = [sys.executable, __file__, memory.name]
        reader = subprocess.run(command, check=False)
        print(f"reader: exit status: {reader.returncode}")

        again = SharedMemory(name=memory.name)
        records = (again.size - HEADER.itemsize) // RECORD.itemsize
        print(f"the table is still there: {records} records")
        again.close()
    finally:
        memory.close()
        memory.unlink()


if __name__ == "__main__":
    if len(sys.argv) > 1:
        read(sys.argv[1])
    else:
        main()
