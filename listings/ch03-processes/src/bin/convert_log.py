"""Feeds a log to a converter and reads the answer at the same time."""

import subprocess


def main() -> None:
    log = "get /index.html 200\n" * 200_000
    done = subprocess.run(
        ["tr", "a-z", "A-Z"], input=log, stdout=subprocess.PIPE, text=True
    )
    print(f"converter: exit status: {done.returncode}")
    print(f"{len(done.stdout)} bytes back")


if __name__ == "__main__":
    main()
