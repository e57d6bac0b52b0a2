"""Processes that answer questions wait until the price is loaded, or until
the loader is dead."""

import sys
from multiprocessing import get_context
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Event

fork = get_context("fork")


def answer(loaded: Event, price: Synchronized) -> None:
    if not loaded.wait(timeout=10):
        sys.exit(1)
    sys.exit(2 * price.value)


def load_nothing() -> None:
    sys.exit(1)


def main() -> None:
    loaded, price = fork.Event(), fork.Value("i", 0)
    children = []
    for _ in range(2):
        children.append(fork.Process(target=answer, args=(loaded, price)))
        children[-1].start()
    price.value = 21
    loaded.set()
    for child in children:
        child.join()
        print(f"answered: exit status: {child.exitcode}")

    loaded = fork.Event()
    loader = fork.Process(target=load_nothing)
    loader.start()
    # An Event does not know its setter: look again and again.
    while not loaded.wait(timeout=0.05):
        # To set it may have been the last that it did.
        if not loader.is_alive() and not loaded.is_set():
            print("no answer: the process that was to set it has died")
            break


if __name__ == "__main__":
    main()
