"""The Python side of stop_times: from SIGTERM to the reaped child."""

import signal
import statistics
import subprocess
import sys
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from time import perf_counter

GRACE = 0.1
FORK = get_context("fork")


def end(_signal: int, _frame: object) -> None:
    sys.exit(0)


def polite(told: Connection | None = None) -> None:
    signal.signal(signal.SIGTERM, end)
    if told is None:
        print("ready", flush=True)
    else:
        told.send("ready")
    while True:
        signal.pause()


def deaf(told: Connection) -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    told.send("ready")
    while True:
        signal.sigwait({signal.SIGTERM})


def start(target: object) -> BaseProcess:
    ready, told = FORK.Pipe(duplex=False)
    child = FORK.Process(target=target, args=(told,))
    child.start()
    assert ready.recv() == "ready"
    return child


def stop_popen() -> float:
    command = [sys.executable, __file__, "child"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        began = perf_counter()
        child.terminate()
        assert child.wait(10) == 0
        return perf_counter() - began


def stop_process() -> float:
    child = start(polite)
    began = perf_counter()
    child.terminate()
    child.join(10)
    took = perf_counter() - began
    assert child.exitcode == 0
    return took


def stop_deaf() -> float:
    child = start(deaf)
    began = perf_counter()
    child.terminate()
    child.join(GRACE)
    child.kill()
    child.join()
    took = perf_counter() - began
    assert child.exitcode == -signal.SIGKILL
    return took - GRACE


def stop_ten() -> float:
    children = [start(polite) for _ in range(10)]
    began = perf_counter()
    for child in children:
        child.terminate()
    for child in children:
        child.join(10)
    took = perf_counter() - began
    assert [child.exitcode for child in children] == 10 * [0]
    return took


if __name__ == "__main__":
    match sys.argv[1]:
        case "child":
            polite()
        case "popen":
            times = [stop_popen() for _ in range(10)]
        case "process":
            times = [stop_process() for _ in range(20)]
        case "killed":
            times = [stop_deaf() for _ in range(5)]
        case "ten":
            times = [stop_ten() for _ in range(5)]
    print(f"wall_s {statistics.median(times)}")
