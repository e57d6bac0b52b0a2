#@ differs: a `Connection` says it in its own words
"""A branch is killed while it writes a message. The reader is told, and has
another branch send what is missing."""

import os
import signal
import struct
from multiprocessing import get_context
from multiprocessing.connection import Connection


def send_from(
    first: int, source: Connection, to: Connection, dies: bool
) -> None:
    source.close()
    for number in range(first, 10):
        if dies and number == 9:
            # The beginning of what `send_bytes` would write.
            os.write(to.fileno(), struct.pack("!i", 16) + b"\0\0")
            os.kill(os.getpid(), signal.SIGKILL)
        to.send_bytes(struct.pack("<QQ", number, 1_000))


def main() -> None:
    fork = get_context("fork")
    following, total = 0, 0
    for dies in (True, False):
        source, to = fork.Pipe(duplex=False)
        branch = fork.Process(
            target=send_from, args=(following, source, to, dies)
        )
        branch.start()
        to.close()
        while True:
            try:
                message = source.recv_bytes(maxlength=16)
            except EOFError:
                end = "the end"
                break
            except OSError as error:
                end = str(error)
                break
            number, cents = struct.unpack("<QQ", message)
            assert number == following
            following += 1
            total += cents
        # Both are asked: it may be killed between two messages as well.
        branch.join()
        print(f"{following} transfers, then {end}; {branch.exitcode}")
    print(f"ten transfers of 1000 cents: {total}")


if __name__ == "__main__":
    main()
