"""A service is killed: the kernel kills its helper as well."""

import ctypes
import os
import signal
import subprocess
import sys

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
libc = ctypes.CDLL(None, use_errno=True)


def prctl(option: int, value: int) -> None:
    if libc.prctl(option, ctypes.c_ulong(value)) == -1:
        raise OSError(ctypes.get_errno(), "prctl failed")


def serve() -> None:
    parent = os.getpid()

    def tie() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            raise ProcessLookupError("the service has ended already")

    helper = subprocess.Popen(["sleep", "1000"], preexec_fn=tie)
    print(helper.pid, flush=True)
    signal.pause()  # until it is killed


def main() -> None:
    if "service" in sys.argv:
        return serve()
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    service = subprocess.Popen(
        [sys.executable, __file__, "service"],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert service.stdout
    helper = int(service.stdout.readline())
    service.kill()
    ended_by = signal.Signals(-service.wait())
    print(f"service: signal: {ended_by} ({ended_by.name})")
    _, status = os.waitpid(helper, 0)
    print(f"helper: {signal.Signals(os.WTERMSIG(status)).name}")


if __name__ == "__main__":
    main()
