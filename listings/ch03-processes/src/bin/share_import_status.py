"""A child process tells by a shared struct which file it imports."""

from ctypes import Structure, c_char, c_uint16, c_uint32, c_uint64
from multiprocessing import get_context
from typing import Any


class Status(Structure):
    _fields_ = [
        ("step", c_uint16),
        ("files", c_uint16),
        ("lines", c_uint32),
        ("bytes", c_uint64),
        ("name", c_char * 32),
    ]


def import_file(file: str, status: Any) -> None:
    with status.get_lock():
        status.name = file.encode()[:32]
        status.step = 1
        status.files += 1
        status.bytes += 5120
        status.lines += 40


def main() -> None:
    fork = get_context("fork")
    status = fork.Value(Status)
    importer = fork.Process(
        target=import_file, args=("access-2026-11-23.log", status)
    )
    importer.start()
    importer.join()
    print(f"importer: exit status: {importer.exitcode}")
    with status.get_lock():
        if status.step == 1:
            print(f"file: {status.name.decode()}")
        print(f"files: {status.files}")
        print(f"bytes: {status.bytes}")
        print(f"lines: {status.lines}")


if __name__ == "__main__":
    main()
