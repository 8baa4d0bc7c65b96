"""Linux namespaces for a container of an engine without a daemon."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import psutil

from settings import UserError
from studio.images.contract.container import last_line
from studio.processes.children import Child, first_line

# Brings the loopback up, reports it, and runs until its stdin ends. If this program is killed, the
# first process of the namespace ends, and the kernel ends all others in it.
_HOLD = """
import fcntl, socket, struct, sys
SIOCSIFFLAGS, UP_AND_RUNNING = 0x8914, 0x41
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
    fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", UP_AND_RUNNING))
print("up", flush=True)
sys.stdin.read()
"""
_SECONDS = 60.0
_UNSHARE = ("--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc")


@contextmanager
def sandbox(as_root: Sequence[str]) -> Iterator[list[str]]:
    """The prefix that runs a command in a network namespace with only a loopback.

    as_root: the prefix that makes another user root of a user namespace (`buildah unshare`). The
    mounts and processes of the namespace end with the context. Raises UserError if it cannot be
    created: the image's server needs no token, and would be open to the network.
    """
    tools = [shutil.which("unshare"), shutil.which("nsenter")]
    if None in tools:
        raise _refusal("unshare and nsenter (util-linux) are missing")
    unshare, enter = map(str, tools)
    own = os.geteuid() != 0
    with Child(
        [*(as_root if own else ()), unshare, *_UNSHARE, sys.executable, "-I", "-c", _HOLD],
        stdin=subprocess.PIPE,
    ) as holder:
        _wait_until_up(holder)
        yield [
            *(enter, "--target", str(_innermost(holder.identity)), "--net", "--mount", "--pid"),
            *(("--user", "--", "env", *_rootless()) if own else ("--",)),
        ]


def _wait_until_up(holder: Child) -> None:
    try:
        if first_line(holder, seconds=_SECONDS) == "up":
            return
    except TimeoutError as error:
        raise _refusal(str(error)) from None
    holder.end()
    assert holder.stderr is not None
    raise _refusal(last_line(holder.stderr.read().decode(errors="replace")) or "no output")


def _innermost(process: psutil.Process) -> int:
    while children := process.children():
        (process,) = children
    return process.pid


def _rootless() -> list[str]:
    """Variables that tell programs of containers/storage that they run in the user namespace."""
    return [
        "_CONTAINERS_USERNS_CONFIGURED=done",
        f"_CONTAINERS_ROOTLESS_UID={os.getuid()}",
        f"_CONTAINERS_ROOTLESS_GID={os.getgid()}",
    ]


def _refusal(why: str) -> UserError:
    return UserError(
        f"buildah: no network namespace for the image: {' '.join(why.split())}; run the command as "
        "root, give this user subordinate ids in /etc/subuid and /etc/subgid, or use another engine"
    )
