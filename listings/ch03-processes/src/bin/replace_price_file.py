"""A table that changes rarely is replaced as a whole: written, then renamed."""

import os
from mmap import ACCESS_READ, mmap
from pathlib import Path
from struct import pack, unpack_from
from tempfile import NamedTemporaryFile, TemporaryDirectory


def publish(prices: list[int], table: Path) -> None:
    with NamedTemporaryFile(dir=table.parent, delete=False) as new:
        new.write(pack(f"<{len(prices)}I", *prices))
    # From one table to the next in one step: nobody sees half of one.
    os.replace(new.name, table)


def open_table(table: Path) -> mmap:
    with open(table, "rb") as file:
        return mmap(file.fileno(), 0, access=ACCESS_READ)


def price(table: mmap, product: int) -> str:
    if 4 * product >= len(table):
        return "None"
    return f"Some({unpack_from('<I', table, 4 * product)[0]})"


def main() -> None:
    with TemporaryDirectory() as folder:
        table = Path(folder) / "prices"
        publish([1900, 2450], table)
        before = open_table(table)
        publish([2100, 2450, 990], table)
        after = open_table(table)
        print(f"before: {price(before, 0)} {price(before, 2)}")
        print(f"after: {price(after, 0)} {price(after, 2)}")


if __name__ == "__main__":
    main()
