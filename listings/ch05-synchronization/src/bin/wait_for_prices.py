"""Threads that answer questions wait until the price is loaded."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

loaded = Event()
price = 0


def answer(pieces: int) -> int:
    loaded.wait()
    return pieces * price


def main() -> None:
    global price
    in_time = loaded.wait(timeout=0.001)
    print(f"loaded: {str(in_time).lower()}")
    with ThreadPoolExecutor(3) as threads:
        answers = [threads.submit(answer, n) for n in (1, 2, 3)]
        price = 21
        loaded.set()
    print(f"loaded: {str(loaded.is_set()).lower()}")
    print(f"answers: {[a.result() for a in answers]}")


if __name__ == "__main__":
    main()
