"""A worker behind a `multiprocessing.connection.Client`: it gets frames, and
answers how many pixels are bright."""

import os
import subprocess
import sys
from multiprocessing.connection import Client, Listener

WIDTH, HEIGHT = 320, 240


def ask(address: str) -> None:
    key = sys.stdin.buffer.read()
    with Client(address, "AF_UNIX", authkey=key) as worker:
        for bright in range(0, 101, 25):
            frame = bytes([200]) * (WIDTH * HEIGHT * bright // 100)
            worker.send_bytes(frame.ljust(WIDTH * HEIGHT, b"\0"))
            answer = int.from_bytes(worker.recv_bytes(), "little")
            print(f"{bright} % bright: {answer} pixels")


def main() -> None:
    key = os.urandom(32)
    with Listener(family="AF_UNIX", authkey=key) as listener:
        command = [sys.executable, __file__, str(listener.address)]
        client = subprocess.Popen(command, stdin=subprocess.PIPE)
        assert client.stdin
        client.stdin.write(key)
        client.stdin.close()
        frames = 0
        with listener.accept() as python:
            try:
                while True:
                    frame = python.recv_bytes(1 << 20)
                    bright = sum(pixel > 127 for pixel in frame)
                    python.send_bytes(bright.to_bytes(8, "little"))
                    frames += 1
            except EOFError:
                pass
        print(f"client: exit status: {client.wait(20)}")
        print(f"answered: {frames}")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        ask(sys.argv[1])
    else:
        main()
