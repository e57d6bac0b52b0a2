"""A supervisor restarts what fails, gives up in time, and stops on SIGTERM."""

import os
import signal
import time
from multiprocessing import get_context
from multiprocessing.connection import wait

fork = get_context("fork")
PATIENCE = 20.0
PAUSE = 0.005
RESTARTS = 2


def serve() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    time.sleep(60)


def run_import() -> None:
    os._exit(3)


def main() -> None:
    # A byte for each signal, beside the sentinels.
    signals, wakeup = os.pipe()
    os.set_blocking(wakeup, False)
    signal.signal(signal.SIGTERM, lambda *_: None)
    signal.set_wakeup_fd(wakeup)

    server = fork.Process(target=serve)
    server.start()
    print("server: started", flush=True)
    failures = 0
    importer = fork.Process(target=run_import)
    importer.start()
    print("importer: started", flush=True)
    while True:
        sentinels = {server.sentinel, importer.sentinel}
        ready = wait([signals, *sentinels], PATIENCE)
        if signals in ready:
            print("SIGTERM: stopping")
            break
        importer.join()
        how = f"importer: exit status: {importer.exitcode}"
        if failures == RESTARTS:
            print(f"{how}, given up", flush=True)
            importer = server  # the one that is left to watch
            # Stands for the terminal, or the service manager.
            signal.raise_signal(signal.SIGTERM)
            continue
        print(f"{how}, again", flush=True)
        time.sleep(PAUSE * 2**failures)
        failures += 1
        importer = fork.Process(target=run_import)
        importer.start()
        print("importer: started", flush=True)
    server.terminate()
    server.join(PATIENCE)
    if server.exitcode is None:
        server.kill()
        server.join()
    name = signal.Signals(-server.exitcode).name
    print(f"server: signal: {-server.exitcode} ({name})")


if __name__ == "__main__":
    main()
