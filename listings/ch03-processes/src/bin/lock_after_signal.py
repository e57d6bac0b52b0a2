"""A signal is kept until the program asks for it, with no lock held."""

from signal import SIG_BLOCK, SIGTERM, pthread_sigmask, raise_signal
from signal import sigtimedwait
from threading import Lock

lock = Lock()
saved = 0


def main() -> None:
    global saved
    pthread_sigmask(SIG_BLOCK, {SIGTERM})
    for part in range(1, 4):
        with lock:
            print(f"saving part {part}")
            if part == 2:
                raise_signal(SIGTERM)
            saved += 1
        if sigtimedwait({SIGTERM}, 0):
            with lock:
                print(f"{saved} parts saved")


if __name__ == "__main__":
    main()
