#@ needs: iceoryx2
"""A camera's frames reach three processes through iceoryx2, and all four look
at the same memory."""

import ctypes
import os
import tempfile
import time
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import iceoryx2 as iox2

FRAMES = 8
FRAME = 320 * 240
READERS = 3
LIMIT = 10
FORK = get_context("fork")


def join(root: str, prefix: str, buffer: int) -> tuple[Any, Any]:
    """Each process has a node of its own: none is carried over a fork."""
    config = iox2.config.default()
    config.global_cfg.root_path = iox2.Path.new(root)
    config.global_cfg.prefix = iox2.FileName.new(prefix)
    node = (
        iox2.NodeBuilder.new()
        .config(config)
        .signal_handling_mode(iox2.SignalHandlingMode.Disabled)
        .create(iox2.ServiceType.Ipc)
    )
    service = (
        node.service_builder(iox2.ServiceName.new("camera"))
        .publish_subscribe(iox2.Slice[ctypes.c_uint8])
        .max_subscribers(READERS)
        .subscriber_max_buffer_size(buffer)
        .enable_safe_overflow(False)
        .open_or_create()
    )
    return node, service


def place(address: int) -> tuple[int, int]:
    """The inode of the memory, and the place in it."""
    for line in Path("/proc/self/maps").read_text().splitlines():
        area, _, offset, _, inode = line.split()[:5]
        start, end = (int(word, 16) for word in area.split("-"))
        if start <= address < end:
            return int(inode), int(offset, 16) + address - start
    raise ValueError("no mapping has these bytes")


def read(root: str, prefix: str, ready: Barrier, places: Any) -> None:
    node, service = join(root, prefix, FRAMES)
    subscriber = service.subscriber_builder().create()
    # The camera is there, and the first look connects with it.
    ready.wait(LIMIT)
    assert subscriber.receive() is None
    ready.wait(LIMIT)
    deadline = time.monotonic() + LIMIT
    for number in range(FRAMES):
        while (sample := subscriber.receive()) is None:
            assert time.monotonic() < deadline, "no frame"
            node.wait(iox2.Duration.from_millis(1))
        frame = sample.payload()
        # A view does not hold the frame: `sample` has to stay.
        with frame.as_memory_view() as view, view.cast("B") as pixels:
            assert pixels == bytes([number]) * FRAME, "a damaged frame"
        places[2 * number : 2 * number + 2] = place(frame.as_ptr())


def film(service: Any, ready: Barrier) -> list[int]:
    camera = (
        service.publisher_builder()
        .initial_max_slice_len(FRAME)
        # The default waits for a full buffer without a limit, and Python has
        # no handler to give it one.
        .backpressure_strategy(iox2.BackpressureStrategy.DiscardData)
        .create()
    )
    ready.wait(LIMIT)
    ready.wait(LIMIT)
    written: list[int] = []
    for number in range(FRAMES):
        frame = camera.loan_slice_uninit(FRAME)
        address = frame.payload().as_ptr()
        ctypes.memset(address, number, FRAME)
        written += place(address)
        assert frame.assume_init().send() == READERS
    return written


def files(root: str, prefix: str) -> list[Path]:
    memory = list(Path("/dev/shm").glob(f"{prefix}*"))
    return memory + [path for path in Path(root).rglob("*") if path.is_file()]


def share(root: str, prefix: str) -> None:
    found = [FORK.RawArray("Q", FRAMES * 2) for _ in range(READERS)]
    ready = FORK.Barrier(READERS + 1)
    readers = [
        FORK.Process(
            target=read, args=(root, prefix, ready, places), daemon=True
        )
        for places in found
    ]
    for reader in readers:
        reader.start()
    _node, service = join(root, prefix, FRAMES)
    written = film(service, ready)
    for reader in readers:
        reader.join(LIMIT)
        print(f"reader: exit status: {reader.exitcode}")
    same = str(all(list(places) == written for places in found)).lower()
    print(f"{FRAMES} frames of {FRAME} bytes for {READERS} readers")
    print(f"each in one place of one memory, for all four: {same}")


def main() -> None:
    prefix = f"camera-{os.getpid()}-"
    with tempfile.TemporaryDirectory() as root:
        try:
            share(root, prefix)
            print(f"files left: {len(files(root, prefix))}")
        finally:
            for file in files(root, prefix):
                file.unlink()


if __name__ == "__main__":
    main()
