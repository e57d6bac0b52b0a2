"""Four threads count the lines of a log, each in a counter of its own: side
by side, and padded. Where the counters lie."""

from ctypes import addressof, c_char
from mmap import mmap
from threading import Thread

LINE = 64
SIZE = 8


def work(counters: memoryview, mine: int) -> None:
    for _ in range(1000):
        counters[mine] += 1


def count(name: str, apart: int) -> None:
    # From mmap, to begin where a line begins.
    memory = mmap(-1, 4 * apart * SIZE)
    first = addressof(c_char.from_buffer(memory))
    assert first % LINE == 0
    counters = memoryview(memory).cast("Q")
    workers = [
        Thread(target=work, args=(counters, i * apart)) for i in range(4)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(f"{name}:")
    for i in range(4):
        line, byte = divmod(i * apart * SIZE, LINE)
        print(f"  counter {i}: line {line}, byte {byte}")
    print(f"  together {sum(counters)}")


def main() -> None:
    count("side by side", 1)
    count("padded", 16)
    print(f"a padded counter takes {16 * SIZE} bytes")


if __name__ == "__main__":
    main()
