"""Frames between a Python program and a worker."""

import sys
import time
from multiprocessing import get_context
from multiprocessing.connection import Client, Listener

FRAME = bytes([7]) * (320 * 240)


def work(listener: Listener) -> None:
    with listener.accept() as client:
        try:
            while True:
                first = client.recv_bytes()[0]
                client.send_bytes(first.to_bytes(8, "little"))
        except EOFError:
            pass


def ask(frames: int, address: str, key: bytes) -> float:
    with Client(address, "AF_UNIX", authkey=key) as worker:
        start = time.perf_counter()
        for _ in range(frames):
            worker.send_bytes(FRAME)
            assert worker.recv_bytes()[0] == 7
        return time.perf_counter() - start


if __name__ == "__main__":
    match sys.argv[1].split():
        case ["ask", frames, address]:
            wall = ask(int(frames), address, sys.stdin.buffer.read())
        case ["both", frames]:
            with Listener(family="AF_UNIX", authkey=b"key") as listener:
                worker = get_context("fork").Process(
                    target=work, args=(listener,)
                )
                worker.start()
                wall = ask(int(frames), str(listener.address), b"key")
                worker.join()
            print(f"frames_per_s {int(frames) / wall}")
    print(f"wall_s {wall}")
