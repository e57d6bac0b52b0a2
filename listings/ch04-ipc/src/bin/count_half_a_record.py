"""A branch is killed while it writes an amount. The part that has arrived
looks like an amount."""

import os
import signal
from multiprocessing import get_context


def send_ten(amounts: int, to: int) -> None:
    os.close(amounts)
    for _ in range(9):
        os.write(to, b"1000\n")
    # A write of any length may have been cut off here.
    os.write(to, b"10")
    os.kill(os.getpid(), signal.SIGKILL)
    os.write(to, b"00\n")


def main() -> None:
    amounts, to = os.pipe()
    branch = get_context("fork").Process(target=send_ten, args=(amounts, to))
    branch.start()
    os.close(to)

    with open(amounts) as lines:
        print(f"ten transfers of 1000 cents: {sum(map(int, lines))}")
    branch.join()


if __name__ == "__main__":
    main()
