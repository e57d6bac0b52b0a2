"""`seq 7000 | grep 7$ | wc -l`, without a shell."""

import subprocess
from subprocess import PIPE


def main() -> None:
    seq = subprocess.Popen(["seq", "7000"], stdout=PIPE)
    grep = subprocess.Popen(["grep", "7$"], stdin=seq.stdout, stdout=PIPE)
    assert seq.stdout and grep.stdout
    # This process's copy: else `seq` would not be told that `grep` ended.
    seq.stdout.close()
    wc = subprocess.run(["wc", "-l"], stdin=grep.stdout, stdout=PIPE)
    grep.stdout.close()

    # A shell reports the last one's, unless told `set -o pipefail`.
    print(f"seq: exit status: {seq.wait()}")
    print(f"grep: exit status: {grep.wait()}")
    print(f"wc: exit status: {wc.returncode}")
    print(wc.stdout.decode(), end="")


if __name__ == "__main__":
    main()
