"""A child process counts; its answer comes back through a pipe."""

from multiprocessing import get_context
from multiprocessing.connection import Connection


def statuses() -> list[int]:
    """The status codes of an access log."""
    return [404 if i * 7919 % 100 < 5 else 200 for i in range(1000)]


def count(to_parent: Connection) -> None:
    to_parent.send(statuses().count(404))


def main() -> None:
    fork = get_context("fork")
    answer, to_parent = fork.Pipe(duplex=False)
    child = fork.Process(target=count, args=(to_parent,))
    child.start()
    to_parent.close()
    missing = answer.recv()
    child.join()
    print(f"child: exit status: {child.exitcode}")
    print(f"parent: {missing} pages were missing")


if __name__ == "__main__":
    main()
