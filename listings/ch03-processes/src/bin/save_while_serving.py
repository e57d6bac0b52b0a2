"""A forked child saves the table as it was; the parent goes on changing it."""

import os
from array import array
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory

fork = get_context("fork")
table = array("Q", [1]) * 100_000


def save(go: Connection, path: Path) -> None:
    # Waits until the parent has changed every entry, the worst case.
    go.recv()
    # Whoever reads `path` finds the last table or this one, each whole.
    unfinished = path.with_suffix(".part")
    with unfinished.open("w") as file:
        file.writelines(f"{entry}\n" for entry in table)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(path)


def main() -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, "table.txt")
        go, changed = fork.Pipe(duplex=False)
        saver = fork.Process(target=save, args=(go, path))
        saver.start()

        for i in range(len(table)):
            table[i] += 1
        changed.send(True)
        saver.join(20)
        print(f"saver: exit status: {saver.exitcode}")
        print(f"saved: {sum(map(int, path.read_text().split()))}")
        print(f"served meanwhile: {sum(table)}")


if __name__ == "__main__":
    main()
