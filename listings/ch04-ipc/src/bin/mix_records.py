"""Two writers share a pipe. Their records are longer than PIPE_BUF, and
arrive in pieces of each other."""

import fcntl
import os
from multiprocessing import get_context
from multiprocessing.connection import wait
from signal import SIGCONT, SIGSTOP

# What a pipe holds at least, on x86-64.
PAGE = 4_096
RECORD = 3 * PAGE


def write(log: int, to_log: int, letter: bytes) -> None:
    os.close(log)
    os.kill(os.getpid(), SIGSTOP)
    for _ in range(4):
        # `os.write` may be cut short; this writes the rest as well.
        with open(to_log, "wb", closefd=False) as pipe:
            pipe.write(letter * RECORD)


def until_stopped(pid: int) -> None:
    # WNOWAIT leaves the news of its end for who asks later.
    os.waitid(os.P_PID, pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)


def let_write(pid: int, log: int) -> None:
    """Let it run until the pipe, which holds a page, is full."""
    os.kill(pid, SIGCONT)
    if not wait([log], timeout=10):
        raise TimeoutError("it does not write")
    os.kill(pid, SIGSTOP)
    until_stopped(pid)


def main() -> None:
    log, to_log = os.pipe()
    fcntl.fcntl(to_log, fcntl.F_SETPIPE_SZ, PAGE)
    fork = get_context("fork")
    pids = []
    for letter in (b"a", b"b"):
        writer = fork.Process(
            target=write, args=(log, to_log, letter), daemon=True
        )
        writer.start()
        assert writer.pid
        until_stopped(writer.pid)
        pids.append(writer.pid)
    os.close(to_log)

    # This program plays the scheduler: after each page, the other's turn.
    received = b""
    try:
        for turn in range(8 * RECORD // PAGE):
            let_write(pids[turn % 2], log)
            received += os.read(log, PAGE)
    finally:
        for pid in pids:
            os.kill(pid, SIGCONT)
    parts = range(0, len(received), RECORD)
    records = [received[at : at + RECORD] for at in parts]
    mixed = sum(len(set(record)) > 1 for record in records)
    print(f"records: {len(records)}")
    print(f"mixed: {mixed}")
    print(f"whole: {len(records) - mixed}")


if __name__ == "__main__":
    main()
