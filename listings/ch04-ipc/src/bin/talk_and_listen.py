"""Two branches of a bank send each other a mebibyte, at the same time. Each
writes when there is room, and reads when there is something."""

import os
import sys
from multiprocessing import get_context
from selectors import EVENT_READ, EVENT_WRITE, DefaultSelector
from time import monotonic

BYTES = 1 << 20
PIECE = 4_096  # `PIPE_BUF`


def exchange(to: int, source: int, message: bytes, deadline: float) -> bytes:
    rest, answer = memoryview(message), bytearray()
    with DefaultSelector() as selector:
        selector.register(to, EVENT_WRITE)
        selector.register(source, EVENT_READ)
        while selector.get_map():
            events = selector.select(deadline - monotonic())
            if not events:
                raise TimeoutError("no answer in time")
            for key, _ in events:
                if key.fd == to:
                    # As much as fits for certain: a longer one might sleep.
                    rest = rest[os.write(to, rest[:PIECE]) :]
                    ended = not rest
                else:
                    piece = os.read(source, 1 << 16)
                    answer += piece
                    ended = not piece
                if ended:
                    selector.unregister(key.fd)
                    os.close(key.fd)
    return bytes(answer)


def other_branch(
    ours: tuple[int, int], to_us: int, from_us: int, deadline: float
) -> None:
    # The child's copies: else it would wait for its own end of file.
    for end in ours:
        os.close(end)
    got = exchange(to_us, from_us, b"b" * BYTES, deadline)
    sys.exit(got != b"a" * BYTES)


def main() -> None:
    from_us, to_them = os.pipe()
    from_them, to_us = os.pipe()
    ours = (to_them, from_them)
    deadline = monotonic() + 10
    other = get_context("fork").Process(
        target=other_branch, args=(ours, to_us, from_us, deadline)
    )
    other.start()
    os.close(to_us)
    os.close(from_us)

    got = exchange(to_them, from_them, b"a" * BYTES, deadline)
    other.join()
    print(f"{len(got)} bytes from the other branch")
    print(f"the other branch: exit status: {other.exitcode}")


if __name__ == "__main__":
    main()
