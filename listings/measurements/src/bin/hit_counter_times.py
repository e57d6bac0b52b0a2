"""The Python side of hit_counter_times: a hit under a lock."""

import sys
from threading import Lock, Thread
from time import perf_counter

HITS = 400_000


def main() -> None:
    threads = int(sys.argv[1])
    hits = 0
    lock = Lock()

    def serve() -> None:
        nonlocal hits
        for _ in range(HITS // threads):
            with lock:
                hits += 1

    start = perf_counter()
    servers = [Thread(target=serve) for _ in range(threads)]
    for server in servers:
        server.start()
    for server in servers:
        server.join()
    wall = perf_counter() - start
    assert hits == HITS, hits
    print(f"wall_s {wall}\nns_per_hit {wall * 1e9 / HITS}")


if __name__ == "__main__":
    main()
