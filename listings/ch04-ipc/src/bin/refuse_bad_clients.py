"""What a server says to clients that are gone, silent, slow, or send what is
no request. The next one is served."""

import os
import struct
import time
from collections import Counter
from multiprocessing import get_context
from multiprocessing.connection import Connection
from socket import AF_UNIX, SO_PEERCRED, SOL_SOCKET, socket
from tempfile import TemporaryDirectory
from threading import Thread

LONGEST = 1_000
PATIENCE = 0.5
CLIENTS = 8


class Refusal(Exception):
    """What the client is told."""


def receive(stream: socket, length: int, deadline: float) -> bytes:
    data = b""
    while len(data) < length:
        # For all of it: `settimeout` alone holds for each piece.
        left = deadline - time.monotonic()
        if left <= 0:
            raise Refusal("too slow")
        stream.settimeout(left)
        try:
            piece = stream.recv(length - len(data))
        except TimeoutError:
            raise Refusal("too slow") from None
        if not piece:
            raise EOFError(len(data))
        data += piece
    return data


def request(stream: socket) -> str:
    deadline = time.monotonic() + PATIENCE
    (length,) = struct.unpack("<I", receive(stream, 4, deadline))
    if length > LONGEST:
        raise Refusal("too long")
    try:
        data = receive(stream, length, deadline)
    except EOFError as error:
        raise ConnectionResetError from error
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise Refusal("no request") from None


def converse(stream: socket) -> str:
    credentials = stream.getsockopt(SOL_SOCKET, SO_PEERCRED, 12)
    _, user, _ = struct.unpack("iII", credentials)
    try:
        if user != os.geteuid():
            raise Refusal("another user's")
        while True:
            text = request(stream)
            stream.settimeout(PATIENCE)
            stream.sendall(f"{len(text)}\n".encode())
    except Refusal as why:
        try:
            stream.sendall(f"refused: {why}\n".encode())
        except (BrokenPipeError, ConnectionResetError, TimeoutError):
            pass
        return f"refused: {why}"
    except TimeoutError:
        # It does not take its answers.
        return "refused: too slow"
    except EOFError as error:
        return "vanished" if error.args[0] else "closed"
    except (BrokenPipeError, ConnectionResetError):
        return "vanished"


def serve(listener: socket, tally: Connection) -> None:
    endings: Counter[str] = Counter()

    def serve_one(stream: socket) -> None:
        with stream:
            endings[converse(stream)] += 1

    threads = []
    for _ in range(CLIENTS):
        stream, _ = listener.accept()
        threads.append(Thread(target=serve_one, args=(stream,)))
        threads[-1].start()
    for thread in threads:
        thread.join()
    order = ["closed", "vanished", "refused: too long", "refused: no request"]
    order.append("refused: too slow")
    tally.send([f"{ending}: {endings[ending]}" for ending in order])


def connect(path: str) -> socket:
    client = socket(AF_UNIX)
    client.connect(path)
    return client


def ask(path: str, text: str) -> str:
    with connect(path) as server, server.makefile("r") as answers:
        message = text.encode()
        try:
            server.sendall(struct.pack("<I", len(message)) + message)
        except (BrokenPipeError, ConnectionResetError):
            pass  # it has said why, and hung up
        return answers.readline().strip()


def main() -> None:
    with TemporaryDirectory() as home, socket(AF_UNIX) as listener:
        path = os.path.join(home, "lengths")
        listener.bind(path)
        listener.listen()
        fork = get_context("fork")
        tally, to_main = fork.Pipe(duplex=False)
        server = fork.Process(target=serve, args=(listener, to_main))
        server.start()
        print(f"asked: {ask(path, 'four')}")
        print(f"asked too much: {ask(path, 'x' * 100_000)}")

        half = b"\4\0\0\0he"
        for data in (half, b"\2\0\0\0\xff\xff", b"\xff" * 9):
            with connect(path) as client:
                client.sendall(data)
        # These stay, and get no further.
        with connect(path) as silent, connect(path) as slow:
            slow.sendall(half)
            for stream in (silent, slow):
                while stream.recv(100):
                    pass
        print(f"asked: {ask(path, 'and now?')}")
        print(*tally.recv(), sep="\n")
        server.join()


if __name__ == "__main__":
    main()
