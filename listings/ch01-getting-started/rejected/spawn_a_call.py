#@ differs: Python runs it: `None`, the call's value, may be a thread's target
"""The job is called on the spot; the thread is handed its result."""

from threading import Thread, current_thread


def fetch_price(article: int) -> None:
    print(f"article {article}: fetched by {current_thread().name}")


def main() -> None:
    workers = []
    for article in range(3):
        workers.append(Thread(target=fetch_price(article)))
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(f"{len(workers)} threads started and joined")


if __name__ == "__main__":
    main()
