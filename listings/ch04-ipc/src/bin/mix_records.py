"""Two writers share a pipe. Their records are longer than PIPE_BUF, and
arrive in pieces of each other."""

import fcntl
import os
import time
from multiprocessing import get_context
from multiprocessing.process import BaseProcess

PAGE = 4_096
RECORD = 3 * PAGE


def write(log: int, to_log: int, letter: bytes) -> None:
    os.close(log)
    for _ in range(4):
        os.write(to_log, letter * RECORD)


def sleeps(writer: BaseProcess) -> bool:
    """Does it sleep in system call 1, which is `write`?"""
    with open(f"/proc/{writer.pid}/syscall") as call:
        return call.read().startswith("1 ")


def main() -> None:
    log, to_log = os.pipe()
    fcntl.fcntl(to_log, fcntl.F_SETPIPE_SZ, PAGE)
    fork = get_context("fork")
    writers = [
        fork.Process(target=write, args=(log, to_log, letter))
        for letter in (b"a", b"b")
    ]
    for writer in writers:
        writer.start()
    os.close(to_log)

    received = b""
    while True:
        # A page is read when all who write sleep in the middle of it: the
        # kernel wakes them in turn.
        while not all(w.exitcode is not None or sleeps(w) for w in writers):
            time.sleep(0.001)
        page = os.read(log, PAGE)
        if not page:
            break
        received += page
    parts = range(0, len(received), RECORD)
    records = [received[at : at + RECORD] for at in parts]
    mixed = sum(len(set(record)) > 1 for record in records)
    print(f"records: {len(records)}")
    print(f"mixed: {mixed}")
    print(f"whole: {len(records) - mixed}")


if __name__ == "__main__":
    main()
