"""A server takes one client after the other. The first says nothing, and the
second waits for it, for ever."""

import os
from multiprocessing import get_context
from socket import AF_UNIX, socket
from tempfile import TemporaryDirectory


def serve(listener: socket) -> None:
    while True:
        stream, _ = listener.accept()
        with stream, stream.makefile("r") as lines:
            stream.sendall(lines.readline().encode())


def connect(path: str) -> socket:
    client = socket(AF_UNIX)
    client.connect(path)
    return client


def main() -> None:
    with TemporaryDirectory() as home:
        path = os.path.join(home, "echo")
        listener = socket(AF_UNIX)
        listener.bind(path)
        listener.listen()
        fork = get_context("fork")
        fork.Process(target=serve, args=(listener,), daemon=True).start()

        silent = connect(path)  # first in the listener's queue
        asking = connect(path)
        asking.sendall(b"are you there?\n")
        print("asked", flush=True)
    # Nobody else comes, and nothing shall be left behind.
    with silent, asking:
        print(f"answered: {asking.recv(100)!r}")


if __name__ == "__main__":
    main()
