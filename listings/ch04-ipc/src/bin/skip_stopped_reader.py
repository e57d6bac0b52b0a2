#@ needs: iceoryx2
"""One reader of a camera is stopped, and `send` does not wait for it: the
other reader gets all frames."""

import sys

from iceoryx2 import BackpressureStrategy
from wait_for_stopped_reader import FRAMES, count


def main() -> None:
    frames = count(BackpressureStrategy.DiscardData)
    print(f"frames: {frames} of {FRAMES}")
    if frames < FRAMES:
        sys.exit(1)


if __name__ == "__main__":
    main()
