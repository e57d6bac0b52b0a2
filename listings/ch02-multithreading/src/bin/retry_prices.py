"""A request that fails is tried again later. A timer holds it, no worker."""

import random
import socket
import time
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from queue import SimpleQueue
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread, Timer

WORKERS = 4
ITEMS = 8
TRIES = 4
DELAY = 0.005
PATIENCE = 0.3

asked: Counter[int] = Counter()


class Prices(StreamRequestHandler):
    def handle(self) -> None:
        item = int(self.rfile.readline().split()[1])
        asked[item] += 1
        time.sleep(DELAY)
        if item == 3 and asked[item] <= 2:
            self.wfile.write(b"BUSY\n")
        elif item == 5 and asked[item] == 1:
            self.rfile.read()  # until the client gives up
        elif item != 7:
            self.wfile.write(f"PRICE {item} {100 * item - 1}\n".encode())


def fetch(address: tuple[str, int], item: int) -> int:
    with socket.create_connection(address, PATIENCE) as service:
        service.sendall(f"GET {item}\n".encode())
        answer = service.makefile().readline()
    if not answer.endswith("\n"):
        raise ConnectionError("hung up")
    match answer.split():
        case ["PRICE", _, cents]:
            return int(cents)
        case ["BUSY"]:
            raise ConnectionError("busy")
        case _:
            raise ValueError("garbled answer")


def main() -> None:
    report: dict[int, str] = {}
    results: SimpleQueue[tuple[int, int, Future[int]]] = SimpleQueue()
    with (
        ThreadingTCPServer(("127.0.0.1", 0), Prices) as service,
        ThreadPoolExecutor(WORKERS) as pool,
    ):
        serve = partial(service.serve_forever, poll_interval=0.01)
        # Else an error in `main` would leave the process running.
        Thread(target=serve, daemon=True).start()

        def ask(item: int, tries: int) -> None:
            job = pool.submit(fetch, service.server_address, item)
            job.add_done_callback(
                lambda done: results.put((item, tries, done))
            )

        for item in range(1, ITEMS + 1):
            ask(item, 1)
        while len(report) < ITEMS:
            item, tries, job = results.get()
            error = job.exception()
            # A `ConnectionError` is a refusal, a reset or a broken pipe.
            may_pass = isinstance(error, (ConnectionError, TimeoutError))
            if may_pass and tries < TRIES:
                pause = min(0.01 * 2 ** (tries - 1), 0.1)
                pause *= random.uniform(0.5, 1)
                Timer(pause, ask, (item, tries + 1)).start()
                continue
            answer = f"given up, {error}" if error else f"{job.result()} cents"
            report[item] = f"{answer}, tries: ~{tries}"
        service.shutdown()
    for item in sorted(report):
        print(f"{item}: {report[item]}")


if __name__ == "__main__":
    main()
