"""Half a line waits in a buffer at the fork, and is printed by both."""

import os
import sys


def main() -> None:
    # Python's buffer holds whole lines too, unless it is a terminal's.
    print("table: ", end="")
    if (child := os.fork()) == 0:
        print("saved by the child")
        sys.stdout.flush()
        os._exit(0)
    os.waitpid(child, 0)
    print("served by the parent")


if __name__ == "__main__":
    main()
