#@ differs: Python shares the table, and two of four lines are lost
"""Two threads write to one table: both read a count before either writes."""

import threading

LOG = ["404", "200", "404", "200"]

# Holds both threads between the two steps of `table[line] += 1`.
both_have_read = threading.Barrier(2)


def count(lines: list[str], table: dict[str, int]) -> None:
    for line in lines:
        so_far = table.get(line, 0)
        both_have_read.wait()
        table[line] = so_far + 1


def main() -> None:
    table: dict[str, int] = {}
    threads = [
        threading.Thread(target=count, args=(lines, table))
        for lines in (LOG[:2], LOG[2:])
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(f"{len(LOG)} lines, counted: {sum(table.values())}")


if __name__ == "__main__":
    main()
