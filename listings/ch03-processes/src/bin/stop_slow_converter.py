"""Gives a converter so long to answer, and no longer."""

import subprocess
from signal import Signals


def main() -> None:
    # It stands for a converter that never answers.
    converter = subprocess.Popen(
        ["sleep", "1000"], stdout=subprocess.PIPE, text=True
    )
    try:
        text, _ = converter.communicate(timeout=0.05)
        print(f"{len(text)} bytes back")
    except subprocess.TimeoutExpired:
        print("no answer in time")
        converter.kill()
        converter.communicate()
    status = f"exit status: {converter.returncode}"
    if converter.returncode < 0:
        signal = Signals(-converter.returncode)
        status = f"signal: {signal} ({signal.name})"
    print(f"converter: {status}")


if __name__ == "__main__":
    main()
