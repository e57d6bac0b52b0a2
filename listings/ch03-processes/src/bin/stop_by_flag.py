"""SIGTERM sets a flag, and the import ends at the next part."""

import signal

stop = False


def ask_to_stop(*_: object) -> None:
    global stop
    stop = True


def main() -> None:
    signal.signal(signal.SIGTERM, ask_to_stop)
    for part in range(1, 11):
        if stop:
            print(f"asked to stop before part {part}")
            break
        print(f"importing part {part}")
        if part == 2:
            signal.raise_signal(signal.SIGTERM)


if __name__ == "__main__":
    main()
