#@ differs: `join` says nothing of the exception; only `excepthook` hears of it
"""A thread raises; `excepthook` hears of it, and `join` says nothing."""

import threading

FOLDER = ["beach", "castle", "harbour"]
WIDTH, HEIGHT, FACTOR = 64, 48, 4


class Shrinker(threading.Thread):
    def __init__(self, name: str, pixels: list[int]) -> None:
        super().__init__(name=name)
        self.pixels = pixels
        self.mean: int | None = None

    def run(self) -> None:
        if len(self.pixels) != WIDTH * HEIGHT:
            raise ValueError(f"the photo has {len(self.pixels)} pixels")
        squares = [
            sum(
                self.pixels[(y + dy) * WIDTH + x + dx]
                for dy in range(FACTOR)
                for dx in range(FACTOR)
            )
            // FACTOR**2
            for y in range(0, HEIGHT, FACTOR)
            for x in range(0, WIDTH, FACTOR)
        ]
        self.mean = sum(squares) // len(squares)


def tell(failure: threading.ExceptHookArgs) -> None:
    """The default hook prints a traceback to standard error."""
    name = failure.thread.name if failure.thread else "?"
    print(f"excepthook: {name}: {failure.exc_value!r}", flush=True)


def main() -> None:
    threading.excepthook = tell
    threads = []
    for seed, name in enumerate(FOLDER):
        pixels = [
            (seed + 3 * x + x * y) % 256
            for y in range(HEIGHT)
            for x in range(WIDTH)
        ]
        if name == "beach":
            del pixels[1000:]
        threads.append(Shrinker(name, pixels))
    for thread in threads:
        thread.start()
    for thread in threads:
        print(f"{thread.name}: join returns {thread.join()}", end=", ")
        print(f"mean {thread.mean}")


if __name__ == "__main__":
    main()
