"""The interface of container engines, and of a running container."""

import socket
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Protocol, Self

from studio.processes import interrupts
from studio.processes.children import Child, captured

# Relays stdin and stdout to a port of the container's loopback, so that no engine has to publish a
# port. Bash opens the connection: Studio's terminals and lifecycle scripts need it anyway. Each
# direction is a process group, and ends the other one. `wait -n` misses a job that ends while it
# begins to wait (bash 5.2).
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
    """The configuration of an image. size: in bytes, unpacked. command: CMD."""

    architecture: str
    system: str
    user: str
    entrypoint: tuple[str, ...]
    command: tuple[str, ...]
    size: int

    @classmethod
    def of(cls, config: Mapping[str, Any], *, architecture: str, system: str, size: int) -> Self:
        """From the engine's configuration of an image."""
        return cls(
            architecture=architecture,
            system=system,
            user=config.get("User") or "",
            entrypoint=tuple(config.get("Entrypoint") or ()),
            command=tuple(config.get("Cmd") or ()),
            size=size,
        )


@dataclass(frozen=True, kw_only=True)
class Launch:
    """A run of an image.

    user: `uid:gid`; "" for the image's own. command: replaces the image's entrypoint and arguments;
    () for those. volumes: folders with an empty volume. files: texts to mount, by path.
    """

    user: str = ""
    command: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    volumes: tuple[str, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Finished:
    """A command that has ended. code: None if it reached its time limit."""

    code: int | None
    output: str
    errors: str

    @property
    def last_line(self) -> str:
        if self.code is None:
            return "it did not end in time"
        return last_line(self.errors) or last_line(self.output) or "no output"


class Container(ABC):
    """A running container, with no network except its loopback."""

    @abstractmethod
    def inside(self, command: Sequence[str], *, user: str = "") -> list[str]:
        """The local command that runs `command` in the container, with stdin."""

    @abstractmethod
    def alive(self) -> bool:
        """Whether its main command runs."""

    @abstractmethod
    def logs(self) -> str:
        """The output of its main command."""

    def execute(self, command: Sequence[str], *, user: str = "", seconds: float = 60) -> Finished:
        return finish(self.inside(command, user=user), seconds=seconds)

    @contextmanager
    def connect(self, port: int) -> Iterator[socket.socket]:
        """A stream to a port of the container's loopback; it ends at once if nothing listens.

        The caller sets the socket's timeout.
        """
        here, there = socket.socketpair()
        # If stdin is a socket, bash takes it for a remote login and reads ~/.bashrc.
        command = self.inside(["bash", "--norc", "-c", _RELAY, "relay", str(port)])
        with here:
            with there:
                end = there.fileno()
                relay = Child(command, stdin=end, stdout=end, stderr=subprocess.DEVNULL)
            with relay:
                try:
                    # An interrupt ends the stream for its reader.
                    with interrupts.current().running(partial(here.shutdown, socket.SHUT_RDWR)):
                        yield here
                finally:
                    # The end of the stream ends the relay in the container.
                    here.close()
                    with suppress(subprocess.TimeoutExpired):
                        relay.wait(_RELAY_SECONDS)


class Runtime(Protocol):
    """An engine that inspects and runs images."""

    def info(self, reference: str) -> ImageInfo:
        """Raises UserError if the engine does not have the image."""

    def run(self, reference: str, launch: Launch) -> AbstractContextManager[Container]:
        """The container; removes it with its processes and volumes at the end.

        Raises UserError if it cannot be created.
        """


def finish(command: Sequence[str], *, seconds: float) -> Finished:
    """Run a local command; end it and its descendants after ``seconds``."""
    try:
        done = captured(command, seconds=seconds)
    except subprocess.TimeoutExpired:
        return Finished(None, "", "")
    return Finished(done.returncode, done.stdout, done.stderr)


_LINE = 300
# buildah and its chroot helpers also print the exit code of a command.
_OF_THE_ENGINE = ("subprocess exited with", "Error: exit status")


def last_line(text: str) -> str:
    """The last line of the program's output, truncated; "" without output."""
    lines = [line.strip() for line in text.splitlines() if not line.startswith(_OF_THE_ENGINE)]
    return next((line for line in reversed(lines) if line), "")[:_LINE]


def launch_flags(launch: Launch, scratch: Path) -> list[str]:
    """The flags for a launch's environment, and its volumes and files, created in ``scratch``."""
    flags = [f"--env={name}={value}" for name, value in launch.environment.items()]
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
    # The container's user needs access to the mounts.
    scratch.chmod(0o711)
    return flags
