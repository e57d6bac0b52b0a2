#@ differs: Python accepts it, and it is right until somebody forgets the lock
"""The lock stands beside the counter, and each addition does take it."""

from threading import Lock, Thread

lock = Lock()
hits = 0


def serve() -> None:
    global hits
    for _ in range(1000):
        with lock:
            hits += 1


def main() -> None:
    servers = [Thread(target=serve) for _ in range(4)]
    for server in servers:
        server.start()
    for server in servers:
        server.join()
    # No lock here: the joins have ended all additions.
    print(f"4000 requests, hits: {hits}")


if __name__ == "__main__":
    main()
