"""A container that is looked into: what each engine has to offer, and what follows from it."""

from __future__ import annotations

import socket
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Protocol

from studio.processes import interrupts
from studio.processes.children import Child, captured

# Carries bytes between its own stdin and stdout and a port of the container's loopback, so that
# one way of probing serves every engine and no port is published. Bash opens the connection:
# Studio's terminals and lifecycle scripts need it in the image anyhow. Each direction is a process
# group, which the end of the other one ends; `wait -n` would do for both, but overlooks a job that
# ends while it begins to wait (bash 5.2).
_RELAY = """
exec 3<>"/dev/tcp/127.0.0.1/$1" 4<&0 || exit 7
set -m
cat <&3 & from=$!
{ cat <&4 >&3; kill -- "-$from"; } & to=$!
wait "$from"
kill -- "-$to"
"""
_RELAY_SECONDS = 2


@dataclass(frozen=True, kw_only=True)
class ImageInfo:
    """What an image says of itself. user: as written in it; size: bytes unpacked.

    entrypoint, command: ENTRYPOINT and CMD.
    """

    architecture: str
    system: str
    user: str
    entrypoint: tuple[str, ...]
    command: tuple[str, ...]
    size: int


@dataclass(frozen=True, kw_only=True)
class Launch:
    """How an image is run.

    user: `uid:gid`, "" for the image's own. command: what replaces its entrypoint and arguments,
    () for nothing. volumes: folders where an empty volume hides what the image has. files: texts
    to be read, by path.
    """

    user: str = ""
    command: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    volumes: tuple[str, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Finished:
    """A command that ended within its time (code None: it did not)."""

    code: int | None
    output: str
    errors: str

    @property
    def last_line(self) -> str:
        """The last thing that it said, for a person."""
        if self.code is None:
            return "it did not end in time"
        return last_line(self.errors) or last_line(self.output) or "it said nothing"


class Container(ABC):
    """A running container. It has no network but its own loopback."""

    @abstractmethod
    def inside(self, command: Sequence[str], *, user: str = "") -> list[str]:
        """The command of this machine that runs `command` in the container; stdin is passed on."""

    @abstractmethod
    def alive(self) -> bool:
        """Whether the command that it was started with still runs."""

    @abstractmethod
    def logs(self) -> str:
        """What that command has printed so far."""

    def execute(self, command: Sequence[str], *, user: str = "", seconds: float = 60) -> Finished:
        return finish(self.inside(command, user=user), seconds=seconds)

    @contextmanager
    def connect(self, port: int) -> Iterator[socket.socket]:
        """A stream to the port of the container's loopback; it ends at once when nothing listens.

        Bounded by the time-out that the caller sets on the socket.
        """
        here, there = socket.socketpair()
        command = self.inside(["bash", "-c", _RELAY, "relay", str(port)])
        with here:
            with there:
                relay = Child(command, stdin=there, stdout=there, stderr=subprocess.DEVNULL)
            with relay:
                try:
                    # A reader that waits for an answer sees the end of the stream at once.
                    with interrupts.current().running(partial(here.shutdown, socket.SHUT_RDWR)):
                        yield here
                finally:
                    # The end of the stream ends the relay in the container too.
                    here.close()
                    with suppress(subprocess.TimeoutExpired):
                        relay.wait(_RELAY_SECONDS)


class Runtime(Protocol):
    """An engine, as far as inspecting and running images needs one."""

    def info(self, reference: str) -> ImageInfo:
        """Raises UserError when the engine does not have the image."""

    def run(self, reference: str, launch: Launch) -> AbstractContextManager[Container]:
        """The container, removed with all its processes and volumes at the end.

        Raises UserError when it cannot be made.
        """


def finish(command: Sequence[str], *, seconds: float) -> Finished:
    """Run a command of this machine to its end, or end it with its children when time is up."""
    try:
        done = captured(command, seconds=seconds)
    except subprocess.TimeoutExpired:
        return Finished(None, "", "")
    return Finished(done.returncode, done.stdout, done.stderr)


_LINE = 300
# What buildah and its chroot helpers say of a command's exit code is not the command's own.
_OF_THE_ENGINE = ("subprocess exited with", "Error: exit status")


def last_line(text: str) -> str:
    """The last line that the container's program printed, cut where it is long; "" for none."""
    lines = [line.strip() for line in text.splitlines() if not line.startswith(_OF_THE_ENGINE)]
    return next((line for line in reversed(lines) if line), "")[:_LINE]


def mounts(launch: Launch, scratch: Path) -> list[str]:
    """The flags that mount a launch's volumes and files, which are made in an empty folder."""
    flags = []
    for number, path in enumerate(launch.volumes):
        folder = scratch / f"volume{number}"
        folder.mkdir()
        folder.chmod(0o1777)
        flags.append(f"--volume={folder}:{path}:rw")
    for number, (path, text) in enumerate(launch.files.items()):
        file = scratch / f"file{number}"
        file.write_text(text)
        file.chmod(0o644)
        flags.append(f"--volume={file}:{path}:ro")
    # The container's user comes through here to what is mounted.
    scratch.chmod(0o711)
    return flags
