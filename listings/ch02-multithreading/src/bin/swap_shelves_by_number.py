"""Whoever locks two shelves locks the one with the lower number first."""

from threading import Lock, Thread


class Shelf:
    def __init__(self, number: int, goods: str) -> None:
        # Unique: it decides who is locked first.
        self.number = number
        self.lock = Lock()
        self.goods = goods


def swap(one: Shelf, other: Shelf) -> None:
    if one is other:
        return  # Else the second lock below would wait for the first.
    first, second = sorted((one, other), key=lambda shelf: shelf.number)
    with first.lock, second.lock:
        one.goods, other.goods = other.goods, one.goods


def main() -> None:
    upper = Shelf(1, "tea")
    lower = Shelf(2, "coffee")
    pairs = [(upper, lower), (lower, upper), (upper, lower)]
    swappers = [Thread(target=swap, args=pair) for pair in pairs]
    for swapper in swappers:
        swapper.start()
    for swapper in swappers:
        swapper.join()
    print(f"upper shelf: {upper.goods}")


if __name__ == "__main__":
    main()
