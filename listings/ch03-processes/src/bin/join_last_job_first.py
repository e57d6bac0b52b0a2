#@ differs: the pool keeps the results, and its worker goes on
"""Two jobs for one worker; the second result is asked for first."""

from multiprocessing import get_context


def shrink(photo: int) -> int:
    return photo * 100


def main() -> None:
    with get_context("spawn").Pool(1) as pool:
        first, second = (pool.apply_async(shrink, [n]) for n in (1, 2))
        print("two photos")
        print(f"photo 2: {second.get()} bytes")
        print(f"photo 1: {first.get()} bytes")


if __name__ == "__main__":
    main()
