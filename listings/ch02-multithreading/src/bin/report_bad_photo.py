#@ differs: `join` says nothing of the exception; only `excepthook` hears of it
"""A thread raises; `excepthook` hears of it, and `join` says nothing."""

import threading

FOLDER = ["beach", "castle", "harbour"]
WIDTH, HEIGHT, FACTOR = 64, 48, 4


def shrink(name: str, pixels: list[int], means: dict[str, int]) -> None:
    """Leaves the mean of the small photo in `means`."""
    if len(pixels) != WIDTH * HEIGHT:
        raise ValueError(f"the photo has {len(pixels)} pixels")
    squares = [
        sum(
            pixels[(y + dy) * WIDTH + x + dx]
            for dy in range(FACTOR)
            for dx in range(FACTOR)
        )
        // FACTOR**2
        for y in range(0, HEIGHT, FACTOR)
        for x in range(0, WIDTH, FACTOR)
    ]
    means[name] = sum(squares) // len(squares)


def tell(failure: threading.ExceptHookArgs) -> None:
    """The default hook prints a traceback to standard error."""
    name = failure.thread.name if failure.thread else "?"
    print(f"excepthook: {name}: {failure.exc_value!r}", flush=True)


def main() -> None:
    threading.excepthook = tell
    means: dict[str, int] = {}
    threads = []
    for seed, name in enumerate(FOLDER):
        pixels = [
            (seed + 3 * x + x * y) % 256
            for y in range(HEIGHT)
            for x in range(WIDTH)
        ]
        if name == "beach":
            del pixels[1000:]
        threads.append(
            threading.Thread(
                target=shrink, name=name, args=(name, pixels, means)
            )
        )
    for thread in threads:
        thread.start()
    for thread in threads:
        print(f"{thread.name}: join returns {thread.join()}", end=", ")
        print(f"mean {means.get(thread.name)}")


if __name__ == "__main__":
    main()
