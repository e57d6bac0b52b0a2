"""Two importers are asked to stop. One does, the other has to be killed."""

import time
from multiprocessing import get_context
from multiprocessing.connection import Connection
from signal import SIG_BLOCK, SIGTERM, Signals, pthread_sigmask, sigtimedwait

fork = get_context("fork")


def run_importer(listens: bool, to_us: Connection) -> None:
    pthread_sigmask(SIG_BLOCK, {SIGTERM})
    to_us.send("ready")
    while True:
        # Stands for one part of the import. A stop comes between two.
        if not listens:
            time.sleep(0.001)
        elif sigtimedwait({SIGTERM}, 0.001):
            to_us.send("saved what it had")
            return


def stop(importer: str, grace: float) -> None:
    output, to_us = fork.Pipe(duplex=False)
    child = fork.Process(target=run_importer, args=(importer == "polite", to_us))
    child.start()
    to_us.close()
    assert output.recv() == "ready"

    child.terminate()
    child.join(grace)
    if child.exitcode is None:
        child.kill()
        child.join()
    try:
        last = output.recv()
    except EOFError:
        last = "says nothing"
    print(f"{importer}: {last}")
    code = child.exitcode
    if code < 0:
        print(f"{importer}: signal: {-code} ({Signals(-code).name})")
    else:
        print(f"{importer}: exit status: {code}")


if __name__ == "__main__":
    stop("polite", 20)
    stop("deaf", 0.05)
