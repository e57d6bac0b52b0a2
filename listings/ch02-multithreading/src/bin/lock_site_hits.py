"""Two numbers that have to agree are changed under one lock."""

from threading import Lock, Thread

lock = Lock()
hits = 0
sent = 0


def serve() -> None:
    global hits, sent
    for _ in range(1000):
        with lock:
            hits += 1
            sent += 512


def main() -> None:
    servers = [Thread(target=serve) for _ in range(4)]
    for server in servers:
        server.start()
    # Perhaps in mid-work, but never between the two additions.
    with lock:
        assert sent == hits * 512
    for server in servers:
        server.join()
    print(f"{sent} bytes sent")
    print(f"4000 requests, hits: {hits}")


if __name__ == "__main__":
    main()
