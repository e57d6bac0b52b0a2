"""Two branches of a bank send each other the day's transfers. Both talk
first: that works up to what a pipe holds."""

import os
from multiprocessing import get_context


def swap(to: int, source: int, count: int) -> None:
    assert os.write(to, b"x" * count) == count
    while count > 0 and (piece := os.read(source, count)):
        count -= len(piece)


def talk(to: int, source: int) -> None:
    for count in (65_536, 65_537):
        swap(to, source, count)


def main() -> None:
    from_us, to_them = os.pipe()
    from_them, to_us = os.pipe()
    other = get_context("fork").Process(target=talk, args=(to_us, from_us))
    other.start()

    for count in (65_536, 65_537):
        print(f"{count} bytes each way", flush=True)
        swap(to_them, from_them, count)
        print("have arrived", flush=True)
    other.join()
    print(f"exit status: {other.exitcode}")


if __name__ == "__main__":
    main()
