"""`kill(pid, 0)` is asked whether ten children have ended."""

import os
import subprocess


def main() -> None:
    children = [subprocess.Popen(["true"]) for _ in range(10)]
    gone = 0
    for child in children:
        # NOWAIT: until it has ended. It stays a zombie, and is reaped below.
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        try:
            os.kill(child.pid, 0)
        except ProcessLookupError:
            gone += 1
    for child in children:
        child.wait()
    print(f"{len(children)} children ended")
    print(f"gone, says kill(pid, 0): {gone}")


if __name__ == "__main__":
    main()
