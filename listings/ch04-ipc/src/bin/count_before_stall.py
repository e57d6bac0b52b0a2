"""How many bytes a pipe or a socket takes that nobody reads from, written in
pieces of different sizes."""

import os
import socket
from multiprocessing import Pipe


def fill(to: int, piece: int) -> int:
    """Write pieces until the next byte would have to wait."""
    os.set_blocking(to, False)
    taken = 0
    try:
        while True:
            taken += os.write(to, b"x" * piece)
    except BlockingIOError:
        return taken


def main() -> None:
    for piece in (1, 64, 4_096, 100_000, 2_100):
        reader, writer = Pipe(duplex=False)
        with reader, writer:
            taken = fill(writer.fileno(), piece)
        print(f"a pipe, pieces of {piece}: {taken} bytes")
    for piece in (64, 4_096, 100_000):
        ours, theirs = Pipe()  # duplex: a pair of Unix sockets
        with ours, theirs:
            with socket.socket(fileno=os.dup(ours.fileno())) as unix:
                assert unix.family == socket.AF_UNIX
            taken = fill(ours.fileno(), piece)
        print(f"a Unix socket, pieces of {piece}: ~{taken} bytes")


if __name__ == "__main__":
    main()
