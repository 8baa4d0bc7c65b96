"""Linux namespaces of their own for a container that an engine without a daemon runs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

from scripts.support.image_check.container import end

# Brings the loopback up, says so, and stays until its stdin ends: so when this program is killed,
# the first process of the namespace goes, and the kernel ends all the others in it.
_HOLD = """
import fcntl, socket, struct, sys
SIOCSIFFLAGS, UP_AND_RUNNING = 0x8914, 0x41
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
    fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", UP_AND_RUNNING))
print("up", flush=True)
sys.stdin.read()
"""
_UNSHARE = ("--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc")


@contextmanager
def sandbox() -> Iterator[list[str] | None]:
    """The words before a command that put it where there is no network but a loopback.

    Mounts and processes of those commands end with it, whatever happens. None where this user may
    not make namespaces.
    """
    unshare, enter = shutil.which("unshare"), shutil.which("nsenter")
    if not unshare or not enter or os.geteuid() != 0:
        yield None
        return
    holder = subprocess.Popen(
        [unshare, *_UNSHARE, sys.executable, "-I", "-c", _HOLD],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    with holder:
        try:
            assert holder.stdout is not None
            if holder.stdout.readline() == "up\n":
                (first,) = psutil.Process(holder.pid).children()
                yield [enter, "--target", str(first.pid), "--net", "--mount", "--pid", "--"]
            else:
                yield None
        finally:
            end(holder)
