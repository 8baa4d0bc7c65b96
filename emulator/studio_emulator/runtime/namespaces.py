"""Enters a container with a program of this machine, as the container's user.

The image of an app needs no SSH server and no Python: SageMaker adds its server to the container.
"""

import ctypes
import os
import signal
from pathlib import Path

# The mount namespace is the last: it replaces /proc.
_NAMESPACES = ("net", "ipc", "uts", "pid", "mnt")
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True)


def enter(pid: int) -> None:
    """Continue as a child process in the container, with user and environment of process `pid`.

    The parent waits for the child and exits with its exit code; the child ends with the parent. The
    child cannot import further modules. Raises OSError.
    """
    process = Path(f"/proc/{pid}")
    status = dict(line.split(":", 1) for line in (process / "status").read_text().splitlines())
    uid, gid = int(status["Uid"].split()[0]), int(status["Gid"].split()[0])
    groups = [int(group) for group in status["Groups"].split()]
    environment = environment_of(pid)
    opened = [os.open(process / "ns" / name, os.O_RDONLY) for name in _NAMESPACES]
    for namespace in opened:
        join(namespace)
        os.close(namespace)
    child = os.fork()  # only a child is in the namespace of processes
    if child:
        _, ended = os.waitpid(child, 0)
        os._exit(os.waitstatus_to_exitcode(ended) & 0xFF)
    os.setsid()
    os.setgroups(groups)
    os.setgid(gid)
    os.setuid(uid)
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)  # a change of the user clears it
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(environment.get("HOME", "/"))


def join(namespace: int) -> None:
    """Move this thread into the namespace of an open file. Raises OSError."""
    if _LIBC.setns(namespace, 0):
        raise OSError(ctypes.get_errno(), f"setns: {os.strerror(ctypes.get_errno())}")


def environment_of(pid: int) -> dict[str, str]:
    """The initial environment of a process. Raises OSError."""
    pairs = Path(f"/proc/{pid}/environ").read_bytes().decode(errors="surrogateescape").split("\0")
    return {name: value for name, equals, value in (p.partition("=") for p in pairs) if equals}
