"""Two programs disagree about the order of a struct's fields."""

import mmap
import struct


def main() -> None:
    memory = mmap.mmap(-1, 16)
    # step, files, lines, bytes, as an importer in Rust may have them.
    struct.pack_into("=QIHH", memory, 0, 5120, 40, 2, 3)

    step, files, lines, size = struct.unpack_from("=HHIQ", memory, 0)
    print(f"step {step}")
    print(f"files {files}")
    print(f"bytes {size}")
    print(f"lines {lines}")


if __name__ == "__main__":
    main()
