"""Two threads count visits in one number, which a lock protects."""

from threading import Lock, Thread

visits = 0
lock = Lock()


def serve() -> None:
    global visits
    for _ in range(100):
        with lock:
            visits += 1


def main() -> None:
    threads = [Thread(target=serve) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(f"{visits} visits")


if __name__ == "__main__":
    main()
