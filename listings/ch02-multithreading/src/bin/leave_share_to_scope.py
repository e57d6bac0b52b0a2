#@ differs: `join` does not raise, and the sum is printed as if it were right
"""A line is damaged; its thread is joined, and nobody asks how it ended."""

import threading

LOG = [
    "GET / 200",
    "GET /castle 404",
    "GET /beach 200",
    "GET /tower 404",
    "GET /market 304",
    "GET /cas",
]


def count(lines: list[str], missing: list[int], share: int) -> None:
    for line in lines:
        missing[share] += line.split(" ")[2] == "404"


def tell(failure: threading.ExceptHookArgs) -> None:
    """The default hook prints a traceback to standard error."""
    print(f"excepthook: {failure.exc_value!r}", flush=True)


def main() -> None:
    threading.excepthook = tell
    missing = [0] * 3
    print("counting in 3 threads", flush=True)
    threads = [
        threading.Thread(
            target=count, args=(LOG[2 * i : 2 * i + 2], missing, i)
        )
        for i in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(f"404: {sum(missing)} lines")


if __name__ == "__main__":
    main()
