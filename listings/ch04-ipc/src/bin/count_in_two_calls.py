"""Two processes count hits in a dictionary that a third one owns: each gets
the number, and puts back one more. Both get it before either puts it."""

from multiprocessing import get_context
from multiprocessing.managers import DictProxy
from multiprocessing.synchronize import Barrier

fork = get_context("fork")
PAGE = "/index.html"


def count(hits: "DictProxy[str, int]", worst: Barrier) -> None:
    seen = hits.get(PAGE, 0)
    # The worst moment, every time.
    worst.wait()
    hits[PAGE] = seen + 1


def main() -> None:
    worst = fork.Barrier(2)
    with fork.Manager() as manager:
        hits = manager.dict()
        counters = [
            fork.Process(target=count, args=(hits, worst)) for _ in range(2)
        ]
        for counter in counters:
            counter.start()
        for counter in counters:
            counter.join()
        print(f"hits: {hits[PAGE]}")


if __name__ == "__main__":
    main()
