#@ differs: the interpreter joins threads that are not daemons before it exits
"""Main returns while two threads are at work, one of each of Python's sorts:
the plain one is waited for, the daemon is not."""

import threading


def shrink() -> int:
    """Shrinks four photos to a pixel each."""
    photos = [[seed + 3 * x for x in range(64)] for seed in range(4)]
    return len([sum(photo) // len(photo) for photo in photos])


def work_on() -> None:
    shrunk = shrink()
    # Returns when main has ended, before the interpreter is torn down.
    threading.main_thread().join()
    print(f"thread: shrunk {shrunk} photos")


def work_longer() -> None:
    shrunk = shrink()
    # Stands for work that takes longer than the process lives.
    threading.Event().wait()
    print(f"daemon: shrunk {shrunk} photos")


def main() -> None:
    threading.Thread(target=work_on).start()
    threading.Thread(target=work_longer, daemon=True).start()
    print("main: started 2 threads", flush=True)


if __name__ == "__main__":
    main()
