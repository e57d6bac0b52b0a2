#@ differs: set() waits until each waiter says that it is awake
#@ deadlock
"""One of two waiters is killed in its sleep; setting the event waits for it."""

import time
from multiprocessing import get_context
from pathlib import Path

fork = get_context("fork")


def is_asleep(pid: int | None) -> bool:
    shown = Path(f"/proc/{pid}/syscall").read_text()
    return shown.startswith("202 ")  # futex, on x86-64


def main() -> None:
    loaded = fork.Event()
    waiters = [fork.Process(target=loaded.wait) for _ in range(2)]
    for waiter in waiters:
        waiter.start()
    while not all(is_asleep(waiter.pid) for waiter in waiters):
        time.sleep(0)
    victim, other = waiters
    victim.kill()
    victim.join()
    print("one waiter: signal: 9 (SIGKILL)", flush=True)
    loaded.set()
    print("set")
    other.join()
    print("the other: exit status: 0")


if __name__ == "__main__":
    main()
