"""Five commands, and the ways in which they end."""

import subprocess
from signal import Signals

COMMANDS = [
    ["echo", "404"],
    ["grep", "404", "/dev/null"],
    ["grep", "404", "no-such.log"],
    ["sh", "-c", "kill -KILL $$"],
    ["grpe", "404"],
]


def main() -> None:
    for words in COMMANDS:
        try:
            done = subprocess.run(words, capture_output=True, text=True)
        except FileNotFoundError:
            print(f"{words[0]}: no such program")
            continue
        status = f"exit status: {done.returncode}"
        if done.returncode < 0:
            signal = Signals(-done.returncode)
            status = f"signal: {signal} ({signal.name})"
        print(f"{words[0]}: {status}")
        for said in (done.stdout, done.stderr):
            for line in said.splitlines():
                print(f"    {line}")


if __name__ == "__main__":
    main()
