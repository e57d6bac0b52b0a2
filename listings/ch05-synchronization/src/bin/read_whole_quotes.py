"""A bid and an ask that belong together: read while they change, without a
lock, and never one without the other."""

from threading import Thread

SPREAD = 2


class Feed:
    # A new tuple takes the place of the old one in one step.
    quote = (1, 1 + SPREAD)


def main() -> None:
    feed = Feed()
    counts = {"read": 0, "torn": 0}

    def write() -> None:
        for bid in range(2, 5001):
            feed.quote = (bid, bid + SPREAD)

    def read() -> None:
        for _ in range(5000):
            bid, ask = feed.quote
            counts["read"] += 1
            counts["torn"] += ask != bid + SPREAD

    threads = [Thread(target=write), Thread(target=read)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(f"of ~{counts['read']} quotes torn: {counts['torn']}")


if __name__ == "__main__":
    main()
