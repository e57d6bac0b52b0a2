"""A program that was executed, not forked, counts in memory it was handed."""

from multiprocessing import get_context
from multiprocessing.sharedctypes import Synchronized


def import_lines(imported: "Synchronized[int]") -> None:
    for _ in range(1000):
        with imported.get_lock():
            imported.value += 1


def main() -> None:
    spawn = get_context("spawn")
    imported = spawn.Value("Q")
    importers = [
        spawn.Process(target=import_lines, args=(imported,)) for _ in range(2)
    ]
    for importer in importers:
        importer.start()
    for importer in importers:
        importer.join()
        print(f"importer: exit status: {importer.exitcode}")
    print(f"imported: {imported.value}")


if __name__ == "__main__":
    main()
