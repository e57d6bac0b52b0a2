"""Two threads shrink six photos, each with one scratch buffer of its own."""

import threading

WIDTH, HEIGHT, FACTOR = 64, 48, 4

scratch = threading.local()
made: list[int] = []


def sums() -> list[int]:
    """This thread's buffer, made when it first asks."""
    # What another thread has set on `scratch` is not there in this one.
    if not hasattr(scratch, "sums"):
        scratch.sums = [0] * (WIDTH // FACTOR)
        made.append(threading.get_ident())
    return scratch.sums


def shrink(seed: int) -> list[int]:
    row, small = sums(), []
    for top in range(0, HEIGHT, FACTOR):
        row[:] = [0] * len(row)
        for y in range(top, top + FACTOR):
            for x in range(WIDTH):
                row[x // FACTOR] += (seed + 3 * x + x * y) % 256
        small += [total // FACTOR**2 for total in row]
    return small


def shrink_all(seeds: range, small: list[list[int]]) -> None:
    small += [shrink(seed) for seed in seeds]


def main() -> None:
    shares: list[list[list[int]]] = [[], []]
    threads = [
        threading.Thread(target=shrink_all, args=(seeds, small))
        for seeds, small in zip((range(3), range(3, 6)), shares, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread, small in zip(threads, shares, strict=True):
        thread.join()
        print(f"a thread, {len(small)} photos")
    print(f"scratch buffers: {len(made)}")


if __name__ == "__main__":
    main()
