"""Ten children end, and each end is seen, by its pidfd."""

import os
import select
import signal
import subprocess


def main() -> None:
    running = {}
    poll = select.poll()
    for _ in range(10):
        child = subprocess.Popen(["true"])
        pidfd = os.pidfd_open(child.pid)
        poll.register(pidfd, select.POLLIN)
        running[pidfd] = child
    over = 0
    while running:
        for pidfd, _ in poll.poll(20_000):
            assert running.pop(pidfd).wait() == 0
            poll.unregister(pidfd)
            # Reaped: the number may be another's, the pidfd never is.
            try:
                signal.pidfd_send_signal(pidfd, signal.SIGTERM)
            except ProcessLookupError:
                over += 1
            os.close(pidfd)
    print(f"ends seen: {over}")


if __name__ == "__main__":
    main()
