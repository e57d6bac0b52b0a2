"""A program starts itself as its own worker, which counts in a log."""

import subprocess
import sys


def count_missing(log: str) -> int:
    return sum(line.endswith(" 404") for line in log.splitlines())


def work() -> None:
    print(count_missing(sys.stdin.read()))


def main() -> None:
    if "--worker" in sys.argv:
        return work()
    statuses = [404 if i * 7919 % 100 < 5 else 200 for i in range(1000)]
    log = "".join(f"get /page/{i} {s}\n" for i, s in enumerate(statuses))
    done = subprocess.run(
        [sys.executable, __file__, "--worker"],
        input=log,
        stdout=subprocess.PIPE,
        text=True,
    )
    print(f"worker: exit status: {done.returncode}")
    print(f"{int(done.stdout)} pages were missing")


if __name__ == "__main__":
    main()
