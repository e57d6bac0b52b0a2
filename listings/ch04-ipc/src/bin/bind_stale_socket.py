"""A server is killed. Its socket stays, and the next server cannot bind."""

import os
import signal
from multiprocessing import get_context
from multiprocessing.connection import Client, Listener
from tempfile import TemporaryDirectory


def serve(socket: str) -> None:
    _listener = Listener(socket, family="AF_UNIX")
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    with TemporaryDirectory() as home:
        socket = os.path.join(home, "jobs")
        first = get_context("fork").Process(target=serve, args=(socket,))
        first.start()
        first.join()
        print(f"the first server: signal: {-first.exitcode} (SIGKILL)")
        print(f"its socket is there: {str(os.path.exists(socket)).lower()}")
        try:
            Client(socket, family="AF_UNIX")
        except ConnectionRefusedError as why:
            print(f"a client: {why.strerror} (os error {why.errno})")
        with Listener(socket, family="AF_UNIX"):
            print("the second server is there")


if __name__ == "__main__":
    main()
