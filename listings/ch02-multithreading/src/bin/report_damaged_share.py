#@ differs: the future keeps the exception itself, and nothing is printed for it
"""A line is damaged; whoever asks the future of that share learns of it."""

from concurrent.futures import ThreadPoolExecutor

LOG = [
    "GET / 200",
    "GET /castle 404",
    "GET /beach 200",
    "GET /tower 404",
    "GET /market 304",
    "GET /cas",
]


def count(lines: list[str]) -> int:
    """How many of these lines say that the page was missing?"""
    return sum(line.split(" ")[2] == "404" for line in lines)


def main() -> None:
    print("counting in 3 threads")
    with ThreadPoolExecutor(max_workers=3) as pool:
        futures = [pool.submit(count, LOG[i : i + 2]) for i in (0, 2, 4)]
        for share, future in enumerate(futures, start=1):
            try:
                print(f"share {share}: {future.result()} times 404")
            except IndexError as error:
                print(f"share {share}: {error!r}")


if __name__ == "__main__":
    main()
