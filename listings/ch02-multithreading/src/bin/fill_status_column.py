"""Two threads write into one column: each keeps to a part of it."""

import threading

LOG = [
    "GET / 200",
    "GET /beach 200",
    "GET /castle 404",
    "POST /photos 500",
    "GET /harbour 200",
    "GET /market 304",
    "GET /castle 404",
]


def fill(column: list[int], share: range) -> None:
    for i in share:
        column[i] = int(LOG[i].split(" ")[2])


def main() -> None:
    column = [0] * len(LOG)
    size = -(-len(LOG) // 2)
    shares = range(size), range(size, len(LOG))
    threads = [
        threading.Thread(target=fill, args=(column, share)) for share in shares
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(column)


if __name__ == "__main__":
    main()
