#@ differs: the exception itself reaches the caller, and is printed here
"""A call raises while it holds a permit, and the permit comes back."""

from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore


def main() -> None:
    calls = BoundedSemaphore(1)

    def ask(answer: str) -> int:
        with calls:
            return int(answer)

    answers = ["120", "sold out", "95"]
    with ThreadPoolExecutor(1) as thread:
        prices = [thread.submit(ask, answer) for answer in answers]
        for answer, price in zip(answers, prices):
            try:
                print(f'"{answer}" -> {price.result()}')
            except ValueError as error:
                print(f'"{answer}" -> {error!r}')


if __name__ == "__main__":
    main()
