"""Under the writer's lock no reading is taken that is being written."""

from multiprocessing import get_context
from multiprocessing.shared_memory import ShareableList
from multiprocessing.synchronize import Barrier, Lock


def watch(name: str, lock: Lock, both: Barrier) -> None:
    reading = ShareableList(name=name)
    halves = whole = 0
    for _ in range(100):
        both.wait(timeout=10)
        halves += lock.acquire(block=False)
        both.wait(timeout=10)
        with lock:
            words = list(reading)
        whole += words == 8 * [words[0]]
        both.wait(timeout=10)
    print(f"taken in the middle of a write: {halves}")
    print(f"whole readings: {whole}")
    reading.shm.close()


def main() -> None:
    fork = get_context("fork")
    lock = fork.Lock()
    both = fork.Barrier(2)
    reading = ShareableList(8 * [0])
    try:
        reader = fork.Process(
            target=watch, args=(reading.shm.name, lock, both)
        )
        reader.start()
        for update in range(1, 101):
            with lock:
                for word in range(8):
                    if word == 4:
                        # Between these two the reader looks.
                        both.wait(timeout=10)
                        both.wait(timeout=10)
                    reading[word] = update
            # The next write begins when the reader has read this one.
            both.wait(timeout=10)
        reader.join()
        assert reader.exitcode == 0, reader.exitcode
    finally:
        reading.shm.close()
        reading.shm.unlink()


if __name__ == "__main__":
    main()
