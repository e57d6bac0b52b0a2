"""A process answers requests. Each request brings along its connection."""

import pickle
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
            request = requests.recv_bytes()
        except EOFError:
            return
        # Whoever asked may be gone: that is no reason to stop.
        try:
            # Fetches `answer` from a thread of the asker's.
            photo, answer = pickle.loads(request)
        except (EOFError, OSError):
            continue
        width = 100 * len(photo)
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
        # Else not even a server that has fetched it would be an end of file
        # by dying.
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
