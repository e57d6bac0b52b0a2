"""Three helpers work until the program ends, and no longer."""

import time
from multiprocessing import get_context


def work() -> None:
    time.sleep(1000)  # stands for work without end


def main() -> None:
    fork = get_context("fork")
    helpers = [fork.Process(target=work, daemon=True) for _ in range(3)]
    for helper in helpers:
        helper.start()
    print(f"{len(helpers)} helpers at work")


if __name__ == "__main__":
    main()
