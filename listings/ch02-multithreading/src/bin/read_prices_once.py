"""A till reads the price table once, and a reload does not disturb it."""

from dataclasses import dataclass
from threading import Thread


@dataclass(frozen=True)
class Prices:
    edition: int
    tea: int
    cake: int


def load(edition: int) -> Prices:
    return Prices(edition, 200 + 10 * edition, 300 + 20 * edition)


class PriceTable:
    """A reader takes `current` once; a reload replaces it whole."""

    def __init__(self) -> None:
        self.current = load(1)

    def reload(self, edition: int) -> None:
        self.current = load(edition)


def tea(prices: Prices) -> int:
    return prices.tea


def main() -> None:
    table = PriceTable()
    prices = table.current
    print(f"till: reads edition {prices.edition}")
    office = Thread(target=table.reload, args=(2,))
    office.start()
    office.join()
    total = prices.cake + tea(prices)
    print(f"till: {total} cents")
    print(f"reloaded: edition {table.current.edition}")


if __name__ == "__main__":
    main()
