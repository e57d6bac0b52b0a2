"""All threads hold one lock, in turn, until they have counted."""

from threading import Lock, Thread

lock = Lock()
hits = 0


def handle() -> None:
    global hits
    with lock:
        hits += 1


def main() -> None:
    servers = [Thread(target=handle) for _ in range(2)]
    for server in servers:
        server.start()
    for server in servers:
        server.join()
    print(f"2 requests, hits: {hits}")


if __name__ == "__main__":
    main()
