"""The flag is assigned after the price and read before it, and under the GIL
everybody sees it so."""

import time
from threading import Thread


class Market:
    price = 0
    open = False


def main() -> None:
    market = Market()
    seen: list[int] = []

    def announce() -> None:
        market.price = 1250
        market.open = True

    def display() -> None:
        while not market.open:
            time.sleep(0)
        seen.append(market.price)

    threads = [Thread(target=announce), Thread(target=display)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(f"opened at {seen[0]}")


if __name__ == "__main__":
    main()
