"""A fork while another thread holds a lock: the child waits for ever."""

import os
from threading import Barrier, Lock, Thread

lock = Lock()
barrier = Barrier(2)
table = 7


def change() -> None:
    global table
    with lock:
        barrier.wait()
        # The fork comes between these two.
        barrier.wait()
        table += 1


def main() -> None:
    thread = Thread(target=change)
    thread.start()
    barrier.wait()
    if (child := os.fork()) == 0:
        with lock:
            print(f"child: saves {table}")
        os._exit(0)
    barrier.wait()
    print("parent: waits for the child", flush=True)
    os.waitpid(child, 0)
    print("parent: the table is saved")
    thread.join()


if __name__ == "__main__":
    main()
