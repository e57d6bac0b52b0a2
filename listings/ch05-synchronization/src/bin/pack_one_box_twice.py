"""Two packers wait for a box, and look with an `if`: one box comes, and both
pack it."""

import sys
import time
from ctypes import c_int
from multiprocessing import get_context
from multiprocessing.synchronize import Condition


def pack(changed: Condition, boxes: c_int, came: c_int) -> None:
    with changed:
        came.value += 1
        if boxes.value == 0:
            changed.wait()
        boxes.value -= 1


def main() -> None:
    fork = get_context("fork")
    changed = fork.Condition()
    boxes, came = [fork.Value("i", 0, lock=False) for _ in range(2)]
    packers = []
    for _ in range(2):
        args = (changed, boxes, came)
        packers.append(fork.Process(target=pack, args=args))
        packers[-1].start()
    while True:
        with changed:
            if came.value == 2:
                boxes.value += 1
                changed.notify_all()
                break
        time.sleep(0.001)
    for packer in packers:
        packer.join()
    print(f"boxes: {boxes.value}")
    sys.exit(boxes.value != 0)


if __name__ == "__main__":
    main()
