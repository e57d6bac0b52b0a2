#@ differs: the exception itself reaches the caller, and is printed here
#@ deadlock
"""A call raises between `acquire` and `release`: its permit is gone."""

from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore


def main() -> None:
    calls = BoundedSemaphore(1)

    def ask(answer: str) -> int:
        calls.acquire()
        price = int(answer)
        calls.release()
        return price

    answers = ["120", "sold out", "95"]
    with ThreadPoolExecutor(1) as thread:
        prices = [thread.submit(ask, answer) for answer in answers]
        for answer, price in zip(answers, prices):
            try:
                print(f'"{answer}" -> {price.result()}', flush=True)
            except ValueError as error:
                print(f'"{answer}" -> {error!r}', flush=True)


if __name__ == "__main__":
    main()
