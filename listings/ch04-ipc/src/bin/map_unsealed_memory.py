"""Memory is mapped that its sender may still shorten: a read ends the reader."""

import mmap
import os
import socket
from multiprocessing import get_context
from multiprocessing.synchronize import Event

SIZE = 4096


def send(outbox: socket.socket, mapped: Event) -> None:
    file = os.memfd_create("readings", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    os.ftruncate(file, SIZE)
    socket.send_fds(outbox, [SIZE.to_bytes(8, "little")], [file])
    mapped.wait()
    os.ftruncate(file, 0)


def main() -> None:
    fork = get_context("fork")
    outbox, inbox = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    mapped = fork.Event()
    sender = fork.Process(target=send, args=(outbox, mapped))
    sender.start()
    message, files, _, _ = socket.recv_fds(inbox, 16, 1)
    found = os.fstat(files[0]).st_size
    said = int.from_bytes(message, "little")
    as_said = str(found == said).lower()
    print(f"mapping {found} bytes, as the sender said: {as_said}")
    memory = mmap.mmap(files[0], found, prot=mmap.PROT_READ)
    mapped.set()
    sender.join()
    print(f"sender: exit status: {sender.exitcode}", flush=True)
    print(f"read {memory[0]}")


if __name__ == "__main__":
    main()
