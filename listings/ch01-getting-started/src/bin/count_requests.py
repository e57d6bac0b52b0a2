"""Two threads add to one counter; without atomics that takes a lock."""

from collections.abc import Callable
from threading import Lock, Thread


def serve(handler: Callable[[], None]) -> None:
    servers = [Thread(target=handler) for _ in range(2)]
    for server in servers:
        server.start()
    for server in servers:
        server.join()


def main() -> None:
    hits = 0
    lock = Lock()

    def handle() -> None:
        nonlocal hits
        with lock:
            hits += 1

    serve(handle)
    print(f"{hits} hits")


if __name__ == "__main__":
    main()
