"""Two threads share one list, and a lock that stands beside it."""

from threading import Lock, Thread


def note(visitors: list[str], lock: Lock, address: str) -> None:
    with lock:
        if address not in visitors:
            visitors.append(address)


def main() -> None:
    visitors: list[str] = []
    lock = Lock()
    servers = [
        Thread(target=note, args=(visitors, lock, address))
        for address in ("192.0.2.7", "192.0.2.7")
    ]
    for server in servers:
        server.start()
    for server in servers:
        server.join()
    print("visitors:", ", ".join(visitors))


if __name__ == "__main__":
    main()
