#@ differs: a closure shares the loop's variable, and Python lets it change
"""Every thread reads the variable of the loop, after its last round."""

from threading import Thread

LOG = [200, 404, 200, 500, 404]


def main() -> None:
    found: list[str] = []
    counters = []
    for status in (404, 500):

        def count() -> None:
            found.append(f"{status}: {LOG.count(status)} lines")

        counters.append(Thread(target=count))
    for counter in counters:
        counter.start()
    for counter in counters:
        counter.join()
    print("\n".join(found))


if __name__ == "__main__":
    main()
