"""The name goes once both have the table: from then on nothing can leak."""

import os
import signal
from multiprocessing import get_context, resource_tracker
from multiprocessing.shared_memory import ShareableList
from multiprocessing.synchronize import Barrier


def publish(name: str, both: Barrier) -> None:
    readings = ShareableList(8 * [0], name=name)
    both.wait(timeout=10)
    # Here the reader opens it.
    both.wait(timeout=10)
    readings.shm.unlink()
    for word in range(8):
        readings[word] = 48
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    name = f"opened-{os.getpid()}"
    # One for both processes: each would start one of its own otherwise.
    resource_tracker.ensure_running()
    fork = get_context("fork")
    both = fork.Barrier(2)
    writer = fork.Process(target=publish, args=(name, both))
    writer.start()
    both.wait(timeout=10)
    readings = ShareableList(name=name)
    both.wait(timeout=10)
    writer.join()
    print(f"writer: signal: {-writer.exitcode} (SIGKILL)")
    print(f"reader: {readings[0]}")
    readings.shm.close()
    try:
        ShareableList(name=name)
    except FileNotFoundError as error:
        print(f"later: {error.strerror} (os error {error.errno})")


if __name__ == "__main__":
    main()
