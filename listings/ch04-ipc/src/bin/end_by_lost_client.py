"""A client hangs up before its answer, and takes the server along."""

import os
from socket import AF_UNIX, socket
from tempfile import TemporaryDirectory


def serve(listener: socket, clients: int) -> None:
    """`clients` of them, one after the other, a number each."""
    for _ in range(clients):
        stream, _ = listener.accept()
        with stream, stream.makefile("r") as lines:
            number = int(lines.readline())
            print(f"asked for the square of {number}")
            stream.sendall(b"%d\n" % (number * number))


def connect(path: str) -> socket:
    client = socket(AF_UNIX)
    client.connect(path)
    return client


def main() -> None:
    with TemporaryDirectory() as home, socket(AF_UNIX) as listener:
        path = os.path.join(home, "squares")
        listener.bind(path)
        listener.listen()

        # Both are in the listener's queue before the server looks.
        with connect(path) as lost:
            lost.sendall(b"3\n")
        with connect(path) as patient:
            patient.sendall(b"4\n")
            serve(listener, 2)


if __name__ == "__main__":
    main()
