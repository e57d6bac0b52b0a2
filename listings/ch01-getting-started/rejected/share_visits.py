#@ differs: Python accepts it
#@ loses: 200
"""Two threads count visits in one plain number, and lose half of them."""

from threading import Barrier, Thread

visits = 0
both_have_read = Barrier(2)


def serve() -> None:
    global visits
    for _ in range(100):
        seen = visits
        # Stands for a switch of threads at the worst moment.
        both_have_read.wait()
        visits = seen + 1


def main() -> None:
    threads = [Thread(target=serve) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(f"{visits} visits")


if __name__ == "__main__":
    main()
