"""Two processes add to a shared counter in two steps: updates are lost."""

from multiprocessing import get_context
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Barrier


def import_lines(imported: "Synchronized[int]", both: Barrier) -> None:
    for _ in range(500):
        seen = imported.value
        # Both have read before either writes, in every round.
        both.wait(timeout=10)
        imported.value = seen + 1
        both.wait(timeout=10)


def main() -> None:
    fork = get_context("fork")
    imported = fork.Value("Q")
    both = fork.Barrier(2)
    importer = fork.Process(target=import_lines, args=(imported, both))
    importer.start()
    import_lines(imported, both)
    importer.join()
    print(f"importer: exit status: {importer.exitcode}")
    print(f"imported by both: {imported.value}")


if __name__ == "__main__":
    main()
