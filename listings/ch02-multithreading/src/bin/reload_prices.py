"""A reload swaps in a new price table and goes on reading with the tills."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier

# Cups of tea and pieces of cake, a basket for each till.
BASKETS = [(2, 1), (1, 3), (4, 0)]


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


def main() -> None:
    table = PriceTable()
    all_inside = Barrier(len(BASKETS) + 1)

    def till(basket: tuple[int, int]) -> tuple[int, int]:
        teas, cakes = basket
        prices = table.current
        all_inside.wait()
        return prices.edition, teas * prices.tea + cakes * prices.cake

    with ThreadPoolExecutor(len(BASKETS)) as threads:
        table.reload(2)
        tills = [threads.submit(till, basket) for basket in BASKETS]
        office = table.current
        all_inside.wait()
        tea, cake = office.tea, office.cake
        print(f"office: edition {office.edition}, {tea} and {cake} cents")
        for done in tills:
            edition, cents = done.result()
            print(f"till: edition {edition}, {cents} cents")


if __name__ == "__main__":
    main()
