"""A reload swaps in a new price table and goes on reading with the tills."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier, Lock

TILLS = 3


@dataclass(frozen=True)
class Prices:
    edition: int
    tea: int
    cake: int


def load(edition: int) -> Prices:
    return Prices(edition, 200 + 10 * edition, 300 + 20 * edition)


class PriceTable:
    """Readers take `current` once; a reload replaces it whole."""

    def __init__(self) -> None:
        self.current = load(1)
        self._reloading = Lock()

    def reload(self) -> Prices:
        # Two reloads at once would both make the same edition.
        with self._reloading:
            self.current = load(self.current.edition + 1)
            return self.current


def main() -> None:
    table = PriceTable()
    all_inside = Barrier(TILLS + 1)
    counting = Lock()
    inside = peak = 0

    def total(prices: Prices) -> int:
        nonlocal inside, peak
        with counting:
            inside += 1
            peak = max(peak, inside)
        all_inside.wait()
        with counting:
            inside -= 1
        return prices.tea + prices.cake

    def till() -> tuple[int, int]:
        prices = table.current
        return prices.edition, total(prices)

    with ThreadPoolExecutor(TILLS) as threads:
        new = table.reload()
        tills = [threads.submit(till) for _ in range(TILLS)]
        print(f"office: edition {new.edition}, {total(new)} cents")
        for done in tills:
            edition, cents = done.result()
            print(f"till: edition {edition}, {cents} cents")
    print(f"{peak} readers inside at once")


if __name__ == "__main__":
    main()
