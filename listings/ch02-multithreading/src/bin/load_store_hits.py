"""Read, add, write: each step holds the GIL, and half of the hits are lost."""

from threading import Barrier, Thread

hits = 0
both_have_read = Barrier(2)


def serve() -> None:
    global hits
    for _ in range(100):
        seen = hits
        both_have_read.wait()
        hits = seen + 1


def main() -> None:
    servers = [Thread(target=serve) for _ in range(2)]
    for server in servers:
        server.start()
    for server in servers:
        server.join()
    print(f"200 requests, hits: {hits}")


if __name__ == "__main__":
    main()
