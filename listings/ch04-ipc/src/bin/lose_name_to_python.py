"""A program only looks at shared memory, and takes its name along when it
ends."""

import subprocess
import sys
from multiprocessing.resource_tracker import unregister
from multiprocessing.shared_memory import SharedMemory


def look(name: str) -> None:
    memory = SharedMemory(name=name)
    print(f"reader: magic {bytes(memory.buf[:8]).decode()}")
    memory.close()


def main() -> None:
    memory = SharedMemory(create=True, size=64 + 1000 * 32)
    memory.buf[:8] = b"seqtable"
    print(f"owner: {(memory.size - 64) // 32} records", flush=True)

    command = [sys.executable, __file__, memory.name]
    # It waits for the resource tracker too, which holds this pipe.
    reader = subprocess.run(command, stderr=subprocess.PIPE, check=False)
    print(f"reader: exit status: {reader.returncode}")

    try:
        SharedMemory(name=memory.name)
    except FileNotFoundError as error:
        print(f"owner: {error.strerror} (os error {error.errno})")
        memory.close()
        # There is nothing left for our own tracker to remove.
        unregister(f"/{memory.name}", "shared_memory")
        sys.exit(1)
    memory.close()
    memory.unlink()


if __name__ == "__main__":
    if len(sys.argv) > 1:
        look(sys.argv[1])
    else:
        main()
