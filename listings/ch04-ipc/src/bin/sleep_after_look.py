"""The reading comes between the receiver's look and its sleep."""

import sys
from multiprocessing import get_context
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Barrier, Condition


def receive(
    reading: "Synchronized[int]", sent: Condition, sender: Barrier
) -> None:
    if reading.value == 0:
        sender.wait()
        # Between these two the sender sends.
        sender.wait()
        with sent:
            sent.wait()
    sys.exit(reading.value != 21)


def main() -> None:
    fork = get_context("fork")
    reading: "Synchronized[int]" = fork.Value("i", 0)
    sent, ours = fork.Condition(), fork.Barrier(2)
    receiver = fork.Process(target=receive, args=(reading, sent, ours))
    receiver.start()
    ours.wait()
    with sent:
        reading.value = 21
        sent.notify()
    print("sent", flush=True)
    ours.wait()
    receiver.join()
    print(f"receiver: exit status: {receiver.exitcode}")


if __name__ == "__main__":
    main()
