"""A server counts lines of a log for whoever asks. Three programs ask at
once, three times each."""

import os
from multiprocessing import get_context
from multiprocessing.connection import Client, Connection, Listener
from tempfile import TemporaryDirectory
from threading import Thread

fork = get_context("fork")
CLIENTS = 3


def count(status: int, lines: list[str]) -> int:
    return sum(line.endswith(f" {status}") for line in lines)


def converse(client: Connection, answered: list[int]) -> None:
    with client:
        while True:
            try:
                status, lines = client.recv()
            except EOFError:
                return
            client.send(count(status, lines))
            answered.append(status)


def serve(listener: Listener) -> None:
    answered: list[int] = []
    threads = []
    for _ in range(CLIENTS):
        args = (listener.accept(), answered)
        threads.append(Thread(target=converse, args=args))
        threads[-1].start()
    for thread in threads:
        thread.join()
    print(f"the server: {len(answered)} jobs")


def ask(socket: str, status: int) -> None:
    kinds = [500, 404, 404, 200, 200, 200, 200, 200, 200, 200]
    found = 0
    with Client(socket, family="AF_UNIX") as server:
        for day in range(3):
            log = [f"GET /{n} {kinds[(n + day) % 10]}" for n in range(100)]
            server.send((status, log))
            found += server.recv()
    print(f"status {status}: {found} lines")


def main() -> None:
    with TemporaryDirectory() as home:
        socket = os.path.join(home, "jobs")
        with Listener(socket, family="AF_UNIX") as listener:
            server = fork.Process(target=serve, args=(listener,))
            server.start()
            clients = [
                fork.Process(target=ask, args=(socket, status))
                for status in (200, 404, 500)
            ]
            for client in clients:
                client.start()
            for client in clients:
                client.join()
            server.join()
    print(f"the server: exit status: {server.exitcode}")


if __name__ == "__main__":
    main()
