#@ differs: `Popen.wait` makes exit status 0 of ECHILD
"""One part of the program reaps every child, another waits for its own."""

import os
import subprocess


def main() -> None:
    importer = subprocess.Popen(["sh", "-c", "exit 3"])
    # A reaper for all, as one writes it into a handler of SIGCHLD.
    os.wait()
    print("reaper: took a child")
    print(f"importer: exit status: {importer.wait()}")


if __name__ == "__main__":
    main()
