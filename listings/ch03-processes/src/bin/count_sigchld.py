"""Ten children end, and SIGCHLD is counted."""

import os
import subprocess
from signal import SIG_BLOCK, SIGCHLD, pthread_sigmask, sigtimedwait


def main() -> None:
    pthread_sigmask(SIG_BLOCK, {SIGCHLD})
    children = [subprocess.Popen(["true"]) for _ in range(10)]
    for child in children:
        # NOWAIT: until it has ended. It stays a zombie, reaped below.
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    seen = 0
    while sigtimedwait({SIGCHLD}, 0):
        seen += 1
    for child in children:
        child.wait()
    print(f"{len(children)} children ended")
    print(f"SIGCHLD seen: {seen}")


if __name__ == "__main__":
    main()
