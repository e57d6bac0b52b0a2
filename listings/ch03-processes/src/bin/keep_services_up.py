"""A supervisor restarts what fails, gives up in time, and stops on SIGTERM."""

import os
import time
from collections import Counter
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from signal import SIG_BLOCK, SIG_DFL, SIG_UNBLOCK, SIGTERM, Signals
from signal import pthread_sigmask, raise_signal, set_wakeup_fd, signal

fork = get_context("fork")
PATIENCE = 20.0
PAUSE, LONGEST = 0.005, 1.0
RESTARTS = 2


def serve() -> None:
    time.sleep(60)


def run_import() -> None:
    os._exit(3)


SERVICES = {"server": serve, "importer": run_import}


def run(work: Callable[[], None]) -> None:
    signal(SIGTERM, SIG_DFL)
    pthread_sigmask(SIG_UNBLOCK, {SIGTERM})
    work()


def start(name: str) -> BaseProcess:
    # The child has a copy of the handler, which would take the signal.
    pthread_sigmask(SIG_BLOCK, {SIGTERM})
    service = fork.Process(name=name, target=run, args=(SERVICES[name],))
    service.start()
    pthread_sigmask(SIG_UNBLOCK, {SIGTERM})
    print(f"{name}: started", flush=True)
    return service


def how(code: int) -> str:
    if code < 0:
        return f"signal: {-code} ({Signals(-code).name})"
    return f"exit status: {code}"


def main() -> None:
    # A byte for each signal, beside the sentinels.
    signals, wakeup = os.pipe()
    os.set_blocking(wakeup, False)
    set_wakeup_fd(wakeup)
    signal(SIGTERM, lambda *_: None)

    due = dict.fromkeys(SERVICES, time.monotonic())
    running: dict[int, BaseProcess] = {}
    failures: Counter[str] = Counter()
    while True:
        now = time.monotonic()
        for name in [name for name, at in due.items() if at <= now]:
            del due[name]
            service = start(name)
            running[service.sentinel] = service
        limit = min(due.values(), default=now + PATIENCE) - now
        ready = wait([signals, *running], limit)
        if signals in ready:
            print("SIGTERM: stopping")
            break
        for sentinel in ready:
            service = running.pop(sentinel)
            service.kill()  # one that only closed the sentinel still runs
            service.join()
            name, ended = service.name, how(service.exitcode)
            if service.exitcode == 0:
                print(f"{name}: done", flush=True)
            elif failures[name] == RESTARTS:
                print(f"{name}: {ended}, given up", flush=True)
                # Stands for the terminal, or the service manager.
                raise_signal(SIGTERM)
            else:
                print(f"{name}: {ended}, again", flush=True)
                pause = min(PAUSE * 2 ** failures[name], LONGEST)
                due[name] = time.monotonic() + pause
                failures[name] += 1

    for service in running.values():
        service.terminate()
    deadline = time.monotonic() + PATIENCE
    for service in running.values():
        service.join(max(0, deadline - time.monotonic()))
        if service.exitcode is None:
            service.kill()
            service.join()
        print(f"{service.name}: {how(service.exitcode)}")


if __name__ == "__main__":
    main()
