"""A forked child saves the table as it was; the parent goes on changing it."""

from array import array
from multiprocessing import get_context
from multiprocessing.connection import Connection

fork = get_context("fork")
table = array("Q", [1]) * 100_000


def save(go: Connection, to_file: Connection) -> None:
    # Waits until the parent has changed every entry, the worst case.
    go.recv()
    to_file.send(sum(table))


def main() -> None:
    saved, to_file = fork.Pipe(duplex=False)
    go, changed = fork.Pipe(duplex=False)
    saver = fork.Process(target=save, args=(go, to_file))
    saver.start()
    to_file.close()

    for i in range(len(table)):
        table[i] += 1
    changed.send(True)
    total = saved.recv()
    saver.join(20)
    print(f"saver: exit status: {saver.exitcode}")
    print(f"saved: {total}")
    print(f"served meanwhile: {sum(table)}")


if __name__ == "__main__":
    main()
