#@ differs: a pickle can ask for a call, and `loads` makes it
"""What a reader says to bytes that are no frames, or end too early."""

import io
import pickle
import struct

LONGEST = 1_000


class Hostile:
    """Pickled, it becomes a call of `print`. It might be `os.system`."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return print, ("the reader runs what it was sent",)


def frame(message: object) -> bytes:
    payload = pickle.dumps(message)
    return struct.pack("<I", len(payload)) + payload


def receive(source: io.BytesIO) -> object:
    header = source.read(4)
    if not header:
        return "the end"
    if len(header) < 4:
        raise EOFError(f"truncated: {len(header)} of 4 bytes of a header")
    (length,) = struct.unpack("<I", header)
    if length > LONGEST:
        raise ValueError(f"oversized: {length} bytes, the limit is {LONGEST}")
    payload = source.read(length)
    if len(payload) < length:
        raise EOFError(f"truncated: {4 + len(payload)} of {4 + length} bytes")
    return pickle.loads(payload)


def main() -> None:
    sound = frame(("rent", 90_000))
    for what, received in {
        "sound": sound,
        "nothing": b"",
        "half a header": sound[:2],
        "half a payload": sound[:8],
        "a length of 4 GiB": b"\xff" * 10,
        "no pickle": b"\x04\0\0\0text",
        "a hostile pickle": frame(Hostile()),
    }.items():
        try:
            print(f"{what}: {receive(io.BytesIO(received))}")
        except (EOFError, ValueError, pickle.UnpicklingError) as error:
            print(f"{what}: {error}")


if __name__ == "__main__":
    main()
