#@ differs: `Value` takes a pointer, and another process follows it
#@ signal: SIGSEGV
"""A `c_char_p` is an address, and an address means something in one process."""

from ctypes import c_char_p
from multiprocessing import get_context
from typing import Any

FILE = b"access-2026-11-23.log"


def import_file(name: Any) -> None:
    # So long that it lies on pages of its own, which the parent has not.
    name.value = FILE + 40_000_000 * b"."
    print(f"child: {name.value[:21].decode()}", flush=True)


def main() -> None:
    fork = get_context("fork")
    name = fork.Value(c_char_p)
    importer = fork.Process(target=import_file, args=(name,))
    importer.start()
    importer.join()
    print("parent: reads the name", flush=True)
    print(f"parent: {name.value[:21].decode()}")


if __name__ == "__main__":
    main()
