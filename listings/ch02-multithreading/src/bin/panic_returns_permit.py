#@ differs: the exception itself reaches the caller, and is printed here
"""A call raises while it holds a permit, and the permit comes back."""

from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore


def main() -> None:
    calls = BoundedSemaphore(1)

    def ask(answer: str) -> int:
        with calls:
            return int(answer)

    for answer in ["120", "sold out", "95"]:
        with ThreadPoolExecutor(1) as thread:
            call = thread.submit(ask, answer)
            try:
                print(f"{answer}: {call.result()} euros")
            except ValueError as error:
                print(f"{answer}: {error!r}")


if __name__ == "__main__":
    main()
