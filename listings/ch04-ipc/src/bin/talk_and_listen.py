"""Two branches of a bank send each other a mebibyte, at the same time. A
thread writes, and the main thread reads."""

import os
import sys
from multiprocessing import get_context
from threading import Thread

BYTES = 1 << 20


def exchange(to: int, source: int, message: bytes) -> bytes:
    def say() -> None:
        with open(to, "wb") as pipe:
            pipe.write(message)

    writer = Thread(target=say)
    writer.start()
    with open(source, "rb") as pipe:
        answer = pipe.read()
    writer.join()
    return answer


def other_branch(ours: tuple[int, int], to_us: int, from_us: int) -> None:
    # The child's copies: else it would wait for its own end of file.
    for end in ours:
        os.close(end)
    got = exchange(to_us, from_us, b"b" * BYTES)
    sys.exit(got != b"a" * BYTES)


def main() -> None:
    from_us, to_them = os.pipe()
    from_them, to_us = os.pipe()
    ours = (to_them, from_them)
    other = get_context("fork").Process(
        target=other_branch, args=(ours, to_us, from_us)
    )
    other.start()
    os.close(to_us)
    os.close(from_us)

    got = exchange(to_them, from_them, b"a" * BYTES)
    other.join()
    print(f"{len(got)} bytes from the other branch")
    print(f"the other branch: exit status: {other.exitcode}")


if __name__ == "__main__":
    main()
