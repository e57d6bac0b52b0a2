"""Two writers, each with a pipe of its own, and one reader that waits for
both. A `Connection` sends each record as a length and its bytes."""

import fcntl
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait

PAGE = 4_096
RECORD = 3 * PAGE


def write(log: Connection, to_log: Connection, letter: bytes) -> None:
    log.close()
    for _ in range(4):
        to_log.send_bytes(letter * RECORD)


def main() -> None:
    fork = get_context("fork")
    logs = []
    for letter in (b"a", b"b"):
        log, to_log = fork.Pipe(duplex=False)
        fcntl.fcntl(to_log.fileno(), fcntl.F_SETPIPE_SZ, PAGE)
        fork.Process(target=write, args=(log, to_log, letter)).start()
        to_log.close()
        logs.append(log)

    records = []
    while logs:
        for log in wait(logs):
            assert isinstance(log, Connection)
            try:
                records.append(log.recv_bytes(maxlength=1 << 20))
            except EOFError:
                logs.remove(log)
    mixed = sum(len(set(record)) > 1 for record in records)
    print(f"records: {len(records)}")
    print(f"mixed: {mixed}")
    print(f"whole: {len(records) - mixed}")


if __name__ == "__main__":
    main()
