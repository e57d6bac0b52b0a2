#@ differs: its queue has no bound, and it is told of an error, not a panic
"""Four workers ask a slow price service. One job raises, none is lost."""

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread

WORKERS = 4
ITEMS = 12
DELAY = 0.01
PATIENCE = 5.0


class Prices(StreamRequestHandler):
    def handle(self) -> None:
        item = int(self.rfile.readline().split()[1])
        time.sleep(DELAY)
        answer = f"PRICE {item} {0 if item == 8 else 100 * item - 1}"
        self.wfile.write(f"{'BUSY' if item == 5 else answer}\n".encode())


def fetch(address: tuple[str, int], item: int) -> int:
    with socket.create_connection(address, PATIENCE) as service:
        service.sendall(f"GET {item}\n".encode())
        answer = service.makefile().readline().split()
    if answer == ["BUSY"]:
        raise ConnectionError("busy")
    cents = int(answer[2])
    if cents == 0:
        raise ValueError("a price of 0")
    return cents


def main() -> None:
    running = waiting = 0
    with ThreadingTCPServer(("127.0.0.1", 0), Prices) as service:
        serve = partial(service.serve_forever, poll_interval=0.01)
        # Else an error in `main` would leave the process running.
        Thread(target=serve, daemon=True).start()
        with ThreadPoolExecutor(WORKERS) as pool:
            jobs = {}
            for item in range(1, ITEMS + 1):
                jobs[item] = pool.submit(fetch, service.server_address, item)
                undone = [job for job in jobs.values() if not job.done()]
                busy = sum(job.running() for job in undone)
                running = max(running, busy)
                waiting = max(waiting, len(undone) - busy)
        service.shutdown()
    for item, job in jobs.items():
        error = job.exception()
        print(f"{item}: {error or f'{job.result()} cents'}")
    print(f"at once ~{running} asked, ~{waiting} waiting")


if __name__ == "__main__":
    main()
