"""Three processes write into a pipe whose reader is gone."""

import os
import signal
import subprocess
import sys
from multiprocessing import get_context


def write(to_nobody: int) -> None:
    try:
        os.write(to_nobody, b"GET / 200\n")
    except BrokenPipeError:
        sys.exit(0)
    sys.exit(1)


def main() -> None:
    reader, to_nobody = os.pipe()
    os.close(reader)

    # Python has SIGPIPE ignored before the first line of the program.
    try:
        os.write(to_nobody, b"GET / 200\n")
    except BrokenPipeError as error:
        assert error.strerror
        print(f"this process: {error.strerror.lower()}", flush=True)

    # A fork inherits that.
    child = get_context("fork").Process(target=write, args=(to_nobody,))
    child.start()
    child.join()
    print(f"a forked child: exit status: {child.exitcode}")

    # A program that `subprocess` starts has the default back.
    status = subprocess.run(["yes"], stdout=to_nobody).returncode
    print(f"yes: signal: {-status} ({signal.Signals(-status).name})")


if __name__ == "__main__":
    main()
