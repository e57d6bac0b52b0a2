"""The filter has a copy of the write end of the pipe that it reads, and waits
for itself."""

import os
from multiprocessing import get_context
from multiprocessing.connection import Connection


def read_log(lines: Connection) -> None:
    for request in range(70):
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


def write_ends(pid: int, pipe: str) -> int:
    ends = 0
    for number in os.listdir(f"/proc/{pid}/fd"):
        try:
            if os.readlink(f"/proc/{pid}/fd/{number}") != pipe:
                continue
        except FileNotFoundError:
            continue
        with open(f"/proc/{pid}/fdinfo/{number}") as info:
            flags = next(line for line in info if line.startswith("flags:"))
        ends += int(flags.split()[1], 8) & os.O_ACCMODE != os.O_RDONLY
    return ends


def main() -> None:
    fork = get_context("fork")
    log, to_filter = fork.Pipe(duplex=False)
    errors, to_counter = fork.Pipe(duplex=False)
    log_pipe = os.readlink(f"/proc/self/fd/{log.fileno()}")

    filter_ = fork.Process(target=keep_errors, args=(log, to_counter))
    filter_.start()
    log.close()
    to_counter.close()
    reader = fork.Process(target=read_log, args=(to_filter,))
    reader.start()
    to_filter.close()

    reader.join()
    print(f"reader: exit status: {reader.exitcode}")
    print("the log's pipe can be written to by")
    print(f"the counter: {write_ends(os.getpid(), log_pipe)}")
    print(f"the filter: {write_ends(filter_.pid, log_pipe)}", flush=True)

    count = 0
    try:
        while errors.recv():  # never ends
            count += 1
    except EOFError:
        pass
    print(f"{count} of 70 requests failed")


if __name__ == "__main__":
    main()
