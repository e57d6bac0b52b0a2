"""A signal handler locks what the code that it interrupts has locked."""

from signal import SIGTERM, raise_signal, signal
from threading import Lock

lock = Lock()
saved = 0


def report(*_: object) -> None:
    with lock:
        print(f"{saved} parts saved")


def main() -> None:
    global saved
    signal(SIGTERM, report)
    for part in range(1, 4):
        with lock:
            print(f"saving part {part}", flush=True)
            if part == 2:
                # Could come from outside at any time; here it comes now.
                raise_signal(SIGTERM)
            saved += 1


if __name__ == "__main__":
    main()
