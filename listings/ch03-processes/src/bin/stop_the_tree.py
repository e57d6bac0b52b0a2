#@ differs: nobody adopts the helper, which has left the group
#@ leaks: process
"""A service starts a helper in a session of its own; one is stopped."""

import os
import signal
import subprocess


def main() -> None:
    helper = "echo helper away; exec sleep 60"
    service = subprocess.Popen(
        ["sh", "-c", 'setsid sh -c "$0" & wait', helper],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert service.stdout
    print(service.stdout.readline(), end="")
    os.killpg(service.pid, signal.SIGTERM)
    status = -service.wait(20)
    print(f"service: signal: {status} ({signal.Signals(status).name})")


if __name__ == "__main__":
    main()
