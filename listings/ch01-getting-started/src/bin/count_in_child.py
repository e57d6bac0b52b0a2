"""A child process counts into a global: its own copy of it."""

from multiprocessing import get_context

missing = 0


def count() -> None:
    global missing
    for i in range(1000):
        if i * 7919 % 100 < 5:
            missing += 1
    print(f"child: {missing} pages were missing")


def main() -> None:
    child = get_context("fork").Process(target=count)
    child.start()
    child.join()
    print(f"parent: {missing} pages were missing")


if __name__ == "__main__":
    main()
