#@ differs: `multiprocessing` notices, and lets the worker fail
#@ exit: 1
"""The module starts a worker at its top: the worker imports it, and does."""

import sys
from multiprocessing import get_context


def count_missing() -> None:
    print("the worker counts")


print(f"{__name__} runs", flush=True)
worker = get_context("spawn").Process(target=count_missing)
worker.start()
worker.join()
print(f"worker of {__name__}: exit status: {worker.exitcode}")
sys.exit(worker.exitcode)
