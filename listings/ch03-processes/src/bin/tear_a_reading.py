"""A reading of 64 bytes is read while it is written: half old, half new."""

from multiprocessing import get_context
from multiprocessing.shared_memory import ShareableList
from multiprocessing.synchronize import Barrier


def publish(name: str, both: Barrier) -> None:
    reading = ShareableList(name=name)
    for update in range(1, 101):
        for word in range(8):
            if word == 4:
                # Between these two the reader looks.
                both.wait(timeout=10)
                both.wait(timeout=10)
            reading[word] = update
    reading.shm.close()


def main() -> None:
    fork = get_context("fork")
    both = fork.Barrier(2)
    reading = ShareableList(8 * [0])
    try:
        writer = fork.Process(target=publish, args=(reading.shm.name, both))
        writer.start()
        whole = 0
        for _ in range(100):
            both.wait(timeout=10)
            words = list(reading)
            whole += words == 8 * [words[0]]
            both.wait(timeout=10)
        writer.join()
        print(f"writer: exit status: {writer.exitcode}")
        print(f"whole readings: {whole}")
    finally:
        reading.shm.close()
        reading.shm.unlink()


if __name__ == "__main__":
    main()
