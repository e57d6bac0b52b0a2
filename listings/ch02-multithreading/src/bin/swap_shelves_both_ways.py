"""Two shelves are locked in both orders, as yet never at the same time."""

from threading import Lock, Thread


class Shelf:
    def __init__(self, goods: str) -> None:
        self.lock = Lock()
        self.goods = goods


def swap(one: Shelf, other: Shelf) -> None:
    with one.lock, other.lock:
        one.goods, other.goods = other.goods, one.goods


def main() -> None:
    upper = Shelf("tea")
    lower = Shelf("coffee")
    for pair in ((upper, lower), (lower, upper)):
        swapper = Thread(target=swap, args=pair)
        swapper.start()
        swapper.join()
        with upper.lock:
            print(f"upper shelf: {upper.goods}")


if __name__ == "__main__":
    main()
