"""Counts the errors in a log: three processes, joined by two pipes."""

from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

fork = get_context("fork")


def read_log(lines: Connection) -> None:
    for request in range(7_000):
        status = 500 if request % 7 == 0 else 200
        lines.send(f"GET /item/{request} {status}")


def keep_errors(log: Connection, errors: Connection) -> None:
    while True:
        try:
            line = log.recv()
        except EOFError:
            return
        if line.endswith(" 500"):
            errors.send(line)


def start_stage(
    work: Callable[..., None], *inputs: Connection
) -> tuple[BaseProcess, Connection]:
    """A process that writes into a pipe, and the end to read it from."""
    reader, writer = fork.Pipe(duplex=False)

    def body() -> None:
        # The child's copy: else it would not be told that nobody reads.
        reader.close()
        work(*inputs, writer)

    child = fork.Process(target=body)
    child.start()
    # The parent's copies: a later stage must not inherit `writer`.
    for end in (writer, *inputs):
        end.close()
    return child, reader


def main() -> None:
    reader, log = start_stage(read_log)
    filter_, errors = start_stage(keep_errors, log)

    count = 0
    while True:
        try:
            errors.recv()
        except EOFError:
            break
        count += 1
    # An end of file says that nobody writes, not that all was written.
    for stage, child in (("reader", reader), ("filter", filter_)):
        child.join()
        print(f"{stage}: exit status: {child.exitcode}")
        if child.exitcode != 0:
            raise SystemExit("the log was not read to its end")
    print(f"{count} of 7000 requests failed")


if __name__ == "__main__":
    main()
