#@ differs: `Popen.__del__` reaps a child that has ended
"""Three converters end, and nobody asks how: `Popen` does, when it goes."""

import os
import subprocess
from pathlib import Path


def forget_one() -> int:
    converter = subprocess.Popen(["true"])
    # Looks at it without reaping it, so that all have ended below.
    os.waitid(os.P_PID, converter.pid, os.WEXITED | os.WNOWAIT)
    return converter.pid


def is_zombie(pid: int) -> bool:
    status = Path(f"/proc/{pid}/status")
    return status.exists() and "State:\tZ" in status.read_text()


def main() -> None:
    pids = [forget_one() for _ in range(3)]
    print(f"{sum(is_zombie(pid) for pid in pids)} zombies")


if __name__ == "__main__":
    main()
