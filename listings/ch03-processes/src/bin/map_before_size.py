#@ differs: `mmap` compares with the file's size, and only once
#@ signal: SIGBUS
"""Memory is mapped before the file has a size: touching it ends the process."""

import mmap
import os


def main() -> None:
    file = os.memfd_create("sized")
    try:
        mmap.mmap(file, 4096)
    except ValueError as error:
        print(f"ValueError: {error}")

    os.ftruncate(file, 4096)
    memory = mmap.mmap(file, 4096)
    os.ftruncate(file, 0)
    size = os.fstat(file).st_size
    print(f"mapped {len(memory)} bytes of {size}", flush=True)
    memory[0] = 1
    print(f"stored {memory[0]}")


if __name__ == "__main__":
    main()
