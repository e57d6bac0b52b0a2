"""One process publishes readings in a named table, and another reads them."""

import os
from multiprocessing import get_context
from multiprocessing.shared_memory import ShareableList
from multiprocessing.synchronize import Barrier, Lock

UPDATES = 5000


def watch(name: str, lock: Lock, both: Barrier) -> None:
    readings = ShareableList(name=name)
    both.wait(timeout=10)
    seen = torn = update = 0
    while update < UPDATES:
        with lock:
            reading = list(readings)
        seen += reading[0] != update
        torn += reading != 8 * [reading[0]]
        update = reading[0]
    print(f"reader: update {update}, torn {torn}")
    print(f"different updates seen: ~{seen}")
    readings.shm.close()


def main() -> None:
    fork = get_context("fork")
    lock = fork.Lock()
    both = fork.Barrier(2)
    readings = ShareableList(8 * [0])
    try:
        reader = fork.Process(
            target=watch, args=(readings.shm.name, lock, both)
        )
        reader.start()
        # It has opened the table, and reads while we write.
        both.wait(timeout=10)
        for update in range(1, UPDATES + 1):
            with lock:
                for word in range(8):
                    readings[word] = update
            if update % 500 == 0:
                # On a single CPU the reader is to see more than the last, too.
                os.sched_yield()
        reader.join()
        print(f"reader: exit status: {reader.exitcode}")
    finally:
        readings.shm.close()
        readings.shm.unlink()


if __name__ == "__main__":
    main()
