#@ differs: the name of a `Process` is known to Python alone
"""A worker is given a name, and looks for it where the tools look."""

from multiprocessing import current_process, get_context
from pathlib import Path

NAME = "log-counter"


def work() -> None:
    print(f"current_process() has the name: {current_process().name == NAME}")
    for file in ["/proc/self/cmdline", "/proc/self/comm"]:
        named = Path(file).read_bytes().startswith(NAME.encode())
        print(f"{file} has the name: {named}")


def main() -> None:
    worker = get_context("spawn").Process(target=work, name=NAME)
    worker.start()
    worker.join()
    print(f"worker: exit status: {worker.exitcode}")


if __name__ == "__main__":
    main()
