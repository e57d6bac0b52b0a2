#@ differs: each thread makes a lock of its own, which is always free
#@ loses: 2
"""Two threads hold locks, and both stand in the critical section."""

from threading import Barrier, Lock, Thread

inside = Barrier(2)
hits = 0


def handle() -> None:
    global hits
    with Lock():
        before = hits
        inside.wait()
        hits = before + 1


def main() -> None:
    servers = [Thread(target=handle) for _ in range(2)]
    for server in servers:
        server.start()
    for server in servers:
        server.join()
    print(f"2 requests, hits: {hits}")


if __name__ == "__main__":
    main()
