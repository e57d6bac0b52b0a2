"""Two processes count hits in a dictionary that a third one owns."""

from multiprocessing import get_context
from multiprocessing.managers import BaseManager
from threading import Lock

fork = get_context("fork")


class Hits:
    """In the owner. A thread for each client calls it."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self.lock = Lock()

    def add(self, page: str) -> int:
        with self.lock:
            self.counts[page] = self.counts.get(page, 0) + 1
            return self.counts[page]

    def get(self, page: str) -> int:
        with self.lock:
            return self.counts.get(page, 0)

    def pages(self) -> int:
        with self.lock:
            return len(self.counts)


class Manager(BaseManager):
    pass


Manager.register("Hits", Hits)


def count(hits: Hits) -> None:
    for _ in range(100):
        hits.add("/index.html")


def main() -> None:
    with Manager(ctx=fork) as manager:
        hits = manager.Hits()
        counters = [fork.Process(target=count, args=(hits,)) for _ in range(2)]
        for counter in counters:
            counter.start()
        for counter in counters:
            counter.join()
        print(f"pages: {hits.pages()}")
        print(f"hits: {hits.get('/index.html')}")


if __name__ == "__main__":
    main()
