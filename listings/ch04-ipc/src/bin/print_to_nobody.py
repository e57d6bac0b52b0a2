#@ differs: `print` raises where `println!` panics
"""What `print` does when nobody reads standard output, and what to do
instead. The program starts itself, with a pipe whose reader is gone."""

import os
import subprocess
import sys


def report() -> None:
    for request in range(100):
        print(f"GET /item/{request} 200")
    sys.stdout.flush()


def report_and_bear_it() -> None:
    try:
        report()
    except BrokenPipeError:
        # At its exit Python flushes once more, and would complain then.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def main() -> None:
    match sys.argv[1:]:
        case ["print"]:
            return report()
        case ["caught"]:
            return report_and_bear_it()
    for way in ("print", "caught"):
        reader, to_nobody = os.pipe()
        os.close(reader)
        child = subprocess.run(
            [sys.executable, __file__, way],
            stdout=to_nobody,
            stderr=subprocess.PIPE,
            text=True,
        )
        os.close(to_nobody)
        print(f"{way} exit status: {child.returncode}")
        for line in child.stderr.splitlines():
            if "Broken" in line:
                print(line)


if __name__ == "__main__":
    main()
