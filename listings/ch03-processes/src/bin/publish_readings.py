"""One process publishes readings in a named table, and another reads them."""

from multiprocessing import get_context
from multiprocessing.shared_memory import ShareableList
from multiprocessing.synchronize import Lock

UPDATES = 1000


def watch(name: str, lock: Lock) -> None:
    readings = ShareableList(name=name)
    torn = update = 0
    while update < UPDATES:
        with lock:
            reading = list(readings)
        update = reading[0]
        torn += reading != 8 * [update]
    print(f"reader: update {update}, torn {torn}")
    readings.shm.close()


def main() -> None:
    fork = get_context("fork")
    lock = fork.Lock()
    readings = ShareableList(8 * [0])
    try:
        reader = fork.Process(target=watch, args=(readings.shm.name, lock))
        reader.start()
        for update in range(1, UPDATES + 1):
            with lock:
                for word in range(8):
                    readings[word] = update
        reader.join()
        print(f"reader: exit status: {reader.exitcode}")
    finally:
        readings.shm.close()
        readings.shm.unlink()


if __name__ == "__main__":
    main()
