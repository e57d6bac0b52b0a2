#@ needs: iceoryx2
"""One reader of a camera is stopped, and the camera waits for it in `send`:
the other reader gets no more frames either."""

import ctypes
import os
import signal
import sys
import tempfile
import time
from multiprocessing.synchronize import Barrier

from iceoryx2 import BackpressureStrategy, Duration
from share_camera_frames import FORK, FRAME, FRAMES, LIMIT, files, join

BUFFER = 4
PATIENCE = 2


def film(
    place: tuple[str, str],
    strategy: BackpressureStrategy,
    ready: Barrier,
    wanted: Barrier,
) -> None:
    _node, service = join(*place, BUFFER)
    camera = (
        service.publisher_builder()
        .initial_max_slice_len(FRAME)
        .backpressure_strategy(strategy)
        .create()
    )
    for _ in "one reader", "both", "connected":
        ready.wait(LIMIT)
    counts = []
    for _ in range(FRAMES):
        wanted.wait(LIMIT)
        frame = camera.loan_slice_uninit(FRAME)
        ctypes.memset(frame.payload().as_ptr(), 7, FRAME)
        counts.append(frame.assume_init().send())
    print(f"readers of each frame: {counts}")


def stop(place: tuple[str, str], ready: Barrier) -> None:
    _node, service = join(*place, BUFFER)
    subscriber = service.subscriber_builder().create()
    ready.wait(LIMIT)
    ready.wait(LIMIT)
    # Connects with the camera.
    subscriber.receive()
    ready.wait(LIMIT)
    os.kill(os.getpid(), signal.SIGSTOP)


def receive(place: tuple[str, str], ready: Barrier, wanted: Barrier) -> int:
    node, service = join(*place, BUFFER)
    # Second in the list: each frame goes to the other reader first.
    ready.wait(LIMIT)
    subscriber = service.subscriber_builder().create()
    ready.wait(LIMIT)
    subscriber.receive()
    ready.wait(LIMIT)
    for number in range(FRAMES):
        wanted.wait(LIMIT)
        deadline = time.monotonic() + PATIENCE
        while subscriber.receive() is None:
            if time.monotonic() > deadline:
                return number
            node.wait(Duration.from_millis(1))
    return FRAMES


def count(strategy: BackpressureStrategy) -> int:
    """How many frames this process receives beside the stopped one."""
    ready, wanted = FORK.Barrier(3), FORK.Barrier(2)
    with tempfile.TemporaryDirectory() as root:
        place = root, f"camera-{os.getpid()}-"
        camera = FORK.Process(target=film, args=(place, strategy, ready, wanted))
        other = FORK.Process(target=stop, args=(place, ready))
        camera.start()
        other.start()
        try:
            frames = receive(place, ready, wanted)
            if frames == FRAMES:
                camera.join(LIMIT)
                print(f"camera: exit status: {camera.exitcode}")
            return frames
        finally:
            for process in camera, other:
                process.kill()
                process.join()
            for file in files(*place):
                file.unlink()


def main() -> None:
    frames = count(BackpressureStrategy.RetryUntilDelivered)
    print(f"frames: {frames} of {FRAMES}")
    if frames < FRAMES:
        sys.exit(1)


if __name__ == "__main__":
    main()
