"""Four processes count the lines of a log, each in a counter of its own in
shared memory: side by side, and padded."""

import ctypes
from multiprocessing import get_context
from multiprocessing.sharedctypes import RawArray

LINE = 64


class PaddedCounter(ctypes.Structure):
    _fields_ = [("value", ctypes.c_uint64), ("_rest", ctypes.c_uint64 * 15)]


class Counter(ctypes.Structure):
    _fields_ = [("value", ctypes.c_uint64)]


def work(counter: Counter | PaddedCounter) -> None:
    for _ in range(1000):
        counter.value += 1


def count(name: str, kind: type[Counter] | type[PaddedCounter]) -> None:
    fork = get_context("fork")
    # No lock: each process is the only one to write its counter.
    counters = RawArray(kind, 4)
    workers = [fork.Process(target=work, args=(c,)) for c in counters]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(f"{name}:")
    places = [ctypes.addressof(counter) for counter in counters]
    assert places[0] % LINE == 0
    for i, place in enumerate(places):
        line, byte = divmod(place - places[0], LINE)
        print(f"  counter {i}: line {line}, byte {byte}")
    print(f"  together {sum(counter.value for counter in counters)}")


def main() -> None:
    count("side by side", Counter)
    count("padded", PaddedCounter)


if __name__ == "__main__":
    main()
