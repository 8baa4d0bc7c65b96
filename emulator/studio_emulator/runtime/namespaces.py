"""Enters a container as the engine's `exec` does, with a program of this machine.

SageMaker's own server for remote access comes into an app's container from outside of its image,
which may have neither an SSH server nor Python.
"""

from __future__ import annotations

import ctypes
import os
import signal
from pathlib import Path

# The mount namespace is the last one: behind it, /proc is the container's.
_NAMESPACES = ("net", "ipc", "uts", "pid", "mnt")
_PR_SET_PDEATHSIG = 1


def enter(pid: int) -> None:
    """Go on as a child in the container, with the user and the environment of process `pid`.

    This process waits for the child and exits as it does; the child does not outlive it. Whatever
    the child imports has to be imported before. Raises OSError.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    process = Path(f"/proc/{pid}")
    status = dict(line.split(":", 1) for line in (process / "status").read_text().splitlines())
    uid, gid = int(status["Uid"].split()[0]), int(status["Gid"].split()[0])
    groups = [int(group) for group in status["Groups"].split()]
    environment = environment_of(pid)
    opened = [os.open(process / "ns" / name, os.O_RDONLY) for name in _NAMESPACES]
    for namespace in opened:
        if libc.setns(namespace, 0):
            raise OSError(ctypes.get_errno(), f"setns: {os.strerror(ctypes.get_errno())}")
        os.close(namespace)
    child = os.fork()  # only a child is in the namespace of processes
    if child:
        _, ended = os.waitpid(child, 0)
        os._exit(os.waitstatus_to_exitcode(ended) & 0xFF)
    os.setsid()
    os.setgroups(groups)
    os.setgid(gid)
    os.setuid(uid)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)  # a change of the user clears it
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(environment.get("HOME", "/"))


def environment_of(pid: int) -> dict[str, str]:
    """The environment that a process was started with. Raises OSError."""
    pairs = Path(f"/proc/{pid}/environ").read_bytes().decode(errors="surrogateescape").split("\0")
    return {name: value for name, equals, value in (p.partition("=") for p in pairs) if equals}
