"""Four threads add to one counter; without atomics that takes a lock."""

from threading import Lock, Thread


def main() -> None:
    hits = 0
    lock = Lock()

    def serve() -> None:
        nonlocal hits
        for _ in range(1000):
            with lock:
                hits += 1

    servers = [Thread(target=serve) for _ in range(4)]
    for server in servers:
        server.start()
    for server in servers:
        server.join()
    print(f"4000 requests, hits: {hits}")


if __name__ == "__main__":
    main()
