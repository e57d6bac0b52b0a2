"""The Python side of pool_throughput: asks the service at the port given."""

import socket
import sys
import time
from concurrent.futures import ThreadPoolExecutor

ITEMS = 200
PATIENCE = 10.0


def fetch(port: int, item: int) -> int:
    address = ("127.0.0.1", port)
    with socket.create_connection(address, PATIENCE) as service:
        service.sendall(f"GET {item}\n".encode())
        return int(service.makefile().readline().split()[2])


def main() -> None:
    workers, port = map(int, sys.argv[1].split())
    start, cpu_start = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(workers) as pool:
        items = range(1, ITEMS + 1)
        prices = list(pool.map(lambda item: fetch(port, item), items))
    wall = time.perf_counter() - start
    assert prices == list(items)
    print("wall_s", wall)
    print("prices_per_s", ITEMS / wall)
    print("cpu_s", time.process_time() - cpu_start)


if __name__ == "__main__":
    main()
