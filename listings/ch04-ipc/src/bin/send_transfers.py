"""A branch of a bank sends transfers through a pipe, and they arrive as it
sent them: each is a length and a pickle."""

import os
import pickle
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing import get_context
from typing import BinaryIO

LONGEST = 1 << 20


@dataclass
class Transfer:
    to: str
    cents: int
    note: str = ""


def send(to: BinaryIO, message: object) -> None:
    payload = pickle.dumps(message)
    to.write(struct.pack("<I", len(payload)) + payload)


def receive(source: BinaryIO) -> Iterator[Transfer]:
    while header := source.read(4):
        if len(header) < 4:
            raise EOFError("truncated: in a header")
        (length,) = struct.unpack("<I", header)
        if length > LONGEST:
            raise ValueError(f"oversized: {length} bytes")
        payload = source.read(length)
        if len(payload) < length:
            raise EOFError(f"truncated: {len(payload)} of {length} bytes")
        yield pickle.loads(payload)


def send_all(unused: int, number: int) -> None:
    os.close(unused)
    with open(number, "wb") as to:
        send(to, Transfer("rent", 90_000))
        send(to, Transfer("lawyer", 120_000, "all of it. " * 20_000))
        send(to, Transfer("savings", 5_000, "monthly"))


def main() -> None:
    source, to = os.pipe()
    branch = get_context("fork").Process(target=send_all, args=(source, to))
    branch.start()
    os.close(to)

    with open(source, "rb") as transfers:
        for transfer in receive(transfers):
            note = len(transfer.note)
            print(f"{transfer.to}: {transfer.cents} cents, {note} bytes")
    branch.join()
    print(f"branch: exit status: {branch.exitcode}")


if __name__ == "__main__":
    main()
