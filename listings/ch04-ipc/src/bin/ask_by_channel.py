"""A process answers requests. Each request brings along its connection."""

from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection


@dataclass
class Size:
    width: int
    height: int


def serve(requests: Connection, ask: Connection) -> None:
    # A fork copies both ends.
    ask.close()
    while True:
        try:
            photo, answer = requests.recv()
        except EOFError:
            return
        width = 100 * len(photo)
        # Whoever asked may be gone: that is no reason to stop.
        with answer, suppress(BrokenPipeError):
            answer.send(Size(width, width // 2))


def main() -> None:
    fork = get_context("fork")
    requests, ask = fork.Pipe(duplex=False)
    server = fork.Process(target=serve, args=(requests, ask))
    server.start()
    requests.close()
    for photo in ("beach.jpg", "harbour.jpg"):
        answers, answer = fork.Pipe(duplex=False)
        ask.send((photo, answer))
        # Else a server that dies would be no end of file.
        answer.close()
        if not answers.poll(10):
            raise SystemExit("no answer in time")
        size = answers.recv()
        print(f"{size.width} x {size.height}")
    ask.close()
    server.join()
    print(f"server: exit status: {server.exitcode}")


if __name__ == "__main__":
    main()
