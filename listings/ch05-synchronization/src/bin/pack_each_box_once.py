"""Two packers, each a process, wait until there is a box on the shelf, or
until no more will come."""

import sys
from ctypes import c_bool, c_int
from multiprocessing import get_context
from multiprocessing.synchronize import Condition


def pack(changed: Condition, boxes: c_int, closed: c_bool) -> None:
    packed = 0
    while True:
        with changed:
            changed.wait_for(lambda: boxes.value > 0 or closed.value)
            if boxes.value == 0:
                sys.exit(packed)
            boxes.value -= 1
        packed += 1


def main() -> None:
    fork = get_context("fork")
    changed = fork.Condition()
    boxes = fork.Value("i", 0, lock=False)
    closed = fork.Value(c_bool, False, lock=False)
    packers = []
    for _ in range(2):
        args = (changed, boxes, closed)
        packers.append(fork.Process(target=pack, args=args))
        packers[-1].start()
    for _ in range(5):
        with changed:
            boxes.value += 1
            changed.notify()
    with changed:
        closed.value = True
        changed.notify_all()
    packed = 0
    for packer in packers:
        packer.join()
        packed += packer.exitcode
    print(f"packed: {packed}")
    print(f"boxes: {boxes.value}")


if __name__ == "__main__":
    main()
