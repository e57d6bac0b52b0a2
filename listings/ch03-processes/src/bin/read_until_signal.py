#@ differs: since Python 3.5 `os.read` tries again by itself (PEP 475)
"""A signal comes while a log is read."""

import os
import signal
import time
from threading import Thread

LINE = b"GET / 200\n"


def feed(to_log: int) -> None:
    os.write(to_log, LINE * 100)
    # Until the main thread sleeps in system call 0, which is `read`.
    while True:
        with open(f"/proc/self/task/{os.getpid()}/syscall") as call:
            if call.read().startswith("0 "):
                break
        time.sleep(0.001)
    os.kill(os.getpid(), signal.SIGUSR1)
    os.write(to_log, LINE * 100)
    os.close(to_log)


def main() -> None:
    signal.signal(signal.SIGUSR1, lambda *_: None)
    log, to_log = os.pipe()
    Thread(target=feed, args=(to_log,)).start()
    text = b""
    while part := os.read(log, 512):
        text += part
    print(f"{text.count(LINE)} lines")


if __name__ == "__main__":
    main()
