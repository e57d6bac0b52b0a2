#@ differs: whoever opens it cannot tell that its maker is dead
#@ leaks: /dev/shm/readings-left-by-python
"""The process that made a table is killed: the name stays, and the memory."""

import os
import signal
from multiprocessing import get_context
from multiprocessing.resource_tracker import unregister
from multiprocessing.shared_memory import ShareableList

NAME = "readings-left-by-python"


def publish() -> None:
    readings = ShareableList(8 * [48], name=NAME)
    # Else a helper process of Python's would remove the name in time; a
    # program in another language has none.
    unregister(f"/{NAME}", "shared_memory")
    assert readings.shm.size >= 64
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    writer = get_context("fork").Process(target=publish)
    writer.start()
    writer.join()
    print(f"writer: signal: {-writer.exitcode} (SIGKILL)")
    left = os.stat(f"/dev/shm/{NAME}").st_size
    print(f"left behind: {left} bytes")
    readings = ShareableList(name=NAME)
    print(f"reader: {readings[0]}")
    readings.shm.close()
    unregister(f"/{NAME}", "shared_memory")


if __name__ == "__main__":
    main()
