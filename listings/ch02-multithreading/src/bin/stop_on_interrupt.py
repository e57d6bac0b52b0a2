"""Ctrl-C: what runs is finished, what waits is given up, all is counted."""

import signal
import socket
from concurrent.futures import ThreadPoolExecutor, wait
from functools import partial
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Event, Semaphore, Thread

WORKERS = 2
ITEMS = 10
PATIENCE = 20.0

in_flight = Semaphore(0)  # counts the requests that have come
released = Event()


class Prices(StreamRequestHandler):
    def handle(self) -> None:
        item = int(self.rfile.readline().split()[1])
        in_flight.release()
        released.wait(PATIENCE)
        self.wfile.write(f"PRICE {item} {100 * item}\n".encode())


def fetch(address: tuple[str, int], item: int) -> int:
    with socket.create_connection(address, PATIENCE) as service:
        service.sendall(f"GET {item}\n".encode())
        return int(service.makefile().readline().split()[2])


def main() -> None:
    # A program started in the background may find SIGINT ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with ThreadingTCPServer(("127.0.0.1", 0), Prices) as service:
        serve = partial(service.serve_forever, poll_interval=0.01)
        # Else an error in `main` would leave the process running.
        Thread(target=serve, daemon=True).start()
        address = service.server_address
        pool = ThreadPoolExecutor(WORKERS)
        jobs = [pool.submit(fetch, address, i) for i in range(1, ITEMS + 1)]
        try:
            for _ in range(WORKERS):
                assert in_flight.acquire(timeout=PATIENCE)
            signal.raise_signal(signal.SIGINT)
            wait(jobs, PATIENCE)
        except KeyboardInterrupt:
            print("interrupted")
            pool.shutdown(wait=False, cancel_futures=True)
            released.set()
        pool.shutdown()
        service.shutdown()
    priced = [job.result() for job in jobs if not job.cancelled()]
    abandoned = sum(job.cancelled() for job in jobs)
    print(f"{len(priced)} priced, {abandoned} abandoned, of {ITEMS}")


if __name__ == "__main__":
    main()
