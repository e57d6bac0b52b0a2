"""Writes the whole log, then reads: both sides end up waiting to write."""

import subprocess


def main() -> None:
    log = "get /index.html 200\n" * 200_000
    with subprocess.Popen(
        ["tr", "a-z", "A-Z"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as converter:
        assert converter.stdin and converter.stdout
        print(f"sending {len(log)} bytes", flush=True)
        converter.stdin.write(log)  # never returns
        converter.stdin.close()
        print(f"{len(converter.stdout.read())} bytes back")


if __name__ == "__main__":
    main()
