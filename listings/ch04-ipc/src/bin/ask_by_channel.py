"""A process answers requests. Each request brings along its connection."""

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
        answer.send(Size(width, width // 2))
        answer.close()


def main() -> None:
    fork = get_context("fork")
    requests, ask = fork.Pipe(duplex=False)
    server = fork.Process(target=serve, args=(requests, ask))
    server.start()
    requests.close()
    for photo in ("beach.jpg", "harbour.jpg"):
        answers, answer = fork.Pipe(duplex=False)
        ask.send((photo, answer))
        if answers.poll(10):
            size = answers.recv()
            print(f"{size.width} x {size.height}")
    ask.close()
    server.join()
    print(f"server: exit status: {server.exitcode}")


if __name__ == "__main__":
    main()
