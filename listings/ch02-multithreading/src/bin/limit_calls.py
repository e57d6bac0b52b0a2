"""Nine threads ask a price service that bears three calls at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, BoundedSemaphore, Lock


def main() -> None:
    calls = BoundedSemaphore(3)
    in_flight = greatest = 0
    count = Lock()
    # Stands for the call; holds each caller until three are inside, so the
    # peak is reached in every run. It needs a multiple of three calls.
    three_inside = Barrier(3)

    def ask(item: int) -> int:
        nonlocal in_flight, greatest
        with calls:
            with count:
                in_flight += 1
                greatest = max(greatest, in_flight)
            three_inside.wait()
            with count:
                in_flight -= 1
        return 100 + item

    with ThreadPoolExecutor(9) as pool:
        prices = list(pool.map(ask, range(1, 10)))
    print(f"9 prices, together {sum(prices)}")
    print(f"greatest number in flight: {greatest}")


if __name__ == "__main__":
    main()
