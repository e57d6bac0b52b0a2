#@ differs: looking and adding are two steps; another thread fits between
"""Two threads look for a visitor in one list; then both add the visitor."""

from threading import Barrier, Thread

looked = Barrier(2)


def note(visitors: list[str], address: str) -> None:
    if address not in visitors:
        looked.wait()
        visitors.append(address)


def main() -> None:
    visitors: list[str] = []
    servers = [
        Thread(target=note, args=(visitors, address))
        for address in ("192.0.2.7", "192.0.2.7")
    ]
    for server in servers:
        server.start()
    for server in servers:
        server.join()
    print("visitors:", ", ".join(visitors))


if __name__ == "__main__":
    main()
