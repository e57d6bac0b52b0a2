"""A helper is started beside a pipe, and does not inherit it: the pipes of
`os.pipe` close at exec."""

import os
import subprocess


def write_ends(pid: int, pipe: str) -> int:
    ends = 0
    for number in os.listdir(f"/proc/{pid}/fd"):
        if os.readlink(f"/proc/{pid}/fd/{number}") == pipe:
            with open(f"/proc/{pid}/fdinfo/{number}") as info:
                flags = next(line for line in info if "flags:" in line)
            ends += int(flags.split()[1], 8) & os.O_ACCMODE != os.O_RDONLY
    return ends


def main() -> None:
    log, to_log = os.pipe()
    log_pipe = os.readlink(f"/proc/self/fd/{log}")

    helper = subprocess.Popen(
        ["cat"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        close_fds=False,
    )
    assert helper.stdin and helper.stdout
    helper.stdin.write(b"are you there?\n")
    helper.stdin.flush()
    helper.stdout.readline()

    os.write(to_log, b"GET /item/0 500\n")
    os.close(to_log)
    ends = write_ends(helper.pid, log_pipe)
    print(f"the helper can write to the log's pipe: {ends}", flush=True)
    with open(log) as text:
        print(f"the log: {text.read()}", end="")

    helper.stdin.close()
    print(f"helper: exit status: {helper.wait()}")


if __name__ == "__main__":
    main()
