"""Runs images with docker, podman, finch and nerdctl."""

import json
import shutil
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from settings import UserError
from studio.images.contract.container import (
    Container,
    Finished,
    ImageInfo,
    Launch,
    finish,
    launch_flags,
)
from studio.images.engine_commands import PLATFORM

_SECONDS = 300
_AT_ONCE = {"podman": ("--time", "0")}
# Unreachable (RFC 5737): a DNS query is a packet without a route.
_RESOLVER = {"/etc/resolv.conf": "nameserver 192.0.2.53\n"}


@dataclass(frozen=True)
class DaemonRuntime:
    """name, path: of an engine of `engine_commands.ENGINES`."""

    name: str
    path: str

    def info(self, reference: str) -> ImageInfo:
        asked = self._ask("image", "inspect", reference)
        if asked.code != 0:
            raise UserError(f"image {reference}: {self.name} does not have it")
        (found, *_) = json.loads(asked.output)
        return ImageInfo.of(
            found.get("Config") or {},
            architecture=found["Architecture"],
            system=found["Os"],
            size=found.get("Size", 0),
        )

    @contextmanager
    def run(self, reference: str, launch: Launch) -> Iterator[Container]:
        name = f"studio-check-{uuid.uuid4().hex[:12]}"
        scratch = Path(tempfile.mkdtemp(prefix="studio-check-"))
        user = ["--user", launch.user] if launch.user else []
        asked = replace(launch, files={**launch.files, **_RESOLVER})
        program = ["--entrypoint", launch.command[0]] if launch.command else []
        try:
            made = self._ask(
                "run", "--detach", "--name", name, "--network", "none", "--platform", PLATFORM,
                *self._unlabelled, *user, *launch_flags(asked, scratch),
                *program, reference, *launch.command[1:],
            )  # fmt: skip
            if made.code != 0:
                raise UserError(f"image {reference}: {self.name} run failed: {made.last_line}")
            yield _DaemonContainer(self.path, name)
        finally:
            self._ask("rm", "--force", *_AT_ONCE.get(self.name, ()), "--volumes", name)
            self._remove(scratch, reference)

    def _remove(self, scratch: Path, reference: str) -> None:
        shutil.rmtree(scratch, ignore_errors=True)
        if scratch.exists():
            # This user cannot delete files of the container's user.
            self._ask(
                "run", "--rm", "--network", "none", "--platform", PLATFORM, "--user", "0:0",
                *self._unlabelled, f"--volume={scratch}:{scratch}", "--entrypoint", "find",
                reference, str(scratch), "-mindepth", "1", "-delete",
            )  # fmt: skip
            shutil.rmtree(scratch, ignore_errors=True)

    @property
    def _unlabelled(self) -> tuple[str, ...]:
        # With SELinux, the container could not read the mounts.
        return ("--security-opt", "label=disable") if self.name in ("docker", "podman") else ()

    def _ask(self, *words: str) -> Finished:
        return finish([self.path, *words], seconds=_SECONDS)


class _DaemonContainer(Container):
    def __init__(self, path: str, name: str) -> None:
        self._path, self._name = path, name

    def inside(self, command: Sequence[str], *, user: str = "") -> list[str]:
        flags = ["--user", user] if user else []
        return [self._path, "exec", "--interactive", *flags, self._name, *command]

    def alive(self) -> bool:
        asked = finish(
            [self._path, "inspect", "--format", "{{.State.Running}}", self._name],
            seconds=_SECONDS,
        )
        return asked.output.strip() == "true"

    def logs(self) -> str:
        said = finish([self._path, "logs", self._name], seconds=_SECONDS)
        return said.output + said.errors
