"""Private data through eight chunks of shared memory: the reader sums behind
the writer's copy."""

from array import array
from multiprocessing import get_context
from multiprocessing.shared_memory import SharedMemory
from multiprocessing.synchronize import Semaphore

CHUNKS = 8
CHUNK = 8 * 1024
READINGS = 1_000_000
PARTS = range(0, READINGS, CHUNK)


def load(memory: SharedMemory, full: Semaphore, free: Semaphore) -> None:
    readings = array("Q", list(range(1000)) * (READINGS // 1000))
    # A slice of a view is no copy, as a slice of the array would be.
    source = memoryview(readings).cast("B")
    for n, start in enumerate(PARTS):
        part = source[start * 8 : (start + CHUNK) * 8]
        at = n % CHUNKS * CHUNK * 8
        free.acquire()
        memory.buf[at : at + len(part)] = part
        full.release()


def main() -> None:
    fork = get_context("fork")
    memory = SharedMemory(create=True, size=CHUNKS * CHUNK * 8)
    full, free = fork.Semaphore(0), fork.Semaphore(CHUNKS)
    sensor = fork.Process(target=load, args=(memory, full, free))
    sensor.start()
    count = total = 0
    for n, start in enumerate(PARTS):
        length = min(CHUNK, READINGS - start)
        at = n % CHUNKS * CHUNK * 8
        full.acquire()
        with memory.buf[at : at + length * 8] as raw, raw.cast("Q") as words:
            count += length
            total += sum(words)
        free.release()
    sensor.join()
    memory.close()
    memory.unlink()
    print(f"sensor: exit status: {sensor.exitcode}")
    print(f"{count} readings in {len(PARTS)} chunks, {CHUNKS} places")
    print(f"sum: {total}")


if __name__ == "__main__":
    main()
