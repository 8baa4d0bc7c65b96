"""Runs images with buildah, which has no daemon: each command runs in a chroot."""

import json
import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TextIO

from settings import UserError
from studio.images.contract.container import (
    Container,
    Finished,
    ImageInfo,
    Launch,
    finish,
    launch_flags,
)
from studio.images.contract.sandbox import sandbox
from studio.processes.children import Child

# Unreachable (RFC 5737): a DNS query is a packet without a route.
_RESOLVER = "192.0.2.53"
_SECONDS = 300

# On a busy machine, buildah may lose the end of a command's output (1.28 with chroot; exit code
# 0). So each command prints a last line, which must arrive.
_END = "-- the end, says studio --"
_WITH_END = f"""
"$@"
code=$?
printf '\\n%s\\n' '{_END}'
exit "$code"
"""
_ATTEMPTS = 3


@dataclass(frozen=True)
class ChrootRuntime:
    """path: buildah's executable. storage: its flags for storage."""

    path: str
    storage: tuple[str, ...]

    def info(self, reference: str) -> ImageInfo:
        inspected = self._buildah("inspect", "--type", "image", reference)
        if inspected.code != 0:
            raise UserError(f"image {reference}: buildah does not have it")
        found = json.loads(inspected.output)
        image, layers = found["OCIv1"], json.loads(found["Manifest"]).get("layers", [])
        return ImageInfo.of(
            image.get("config", {}),
            architecture=image["architecture"],
            system=image["os"],
            size=sum(layer["size"] for layer in layers),
        )

    @contextmanager
    def run(self, reference: str, launch: Launch) -> Iterator[Container]:
        info = self.info(reference)
        command = launch.command or info.entrypoint + info.command
        if not command:
            raise UserError(f"image {reference}: it has neither ENTRYPOINT nor CMD")
        name = f"studio-check-{uuid.uuid4().hex[:12]}"
        scratch = Path(tempfile.mkdtemp(prefix="studio-check-"))
        try:
            made = self._buildah(
                "from", "--pull=never", "--dns", _RESOLVER, "--name", name, reference
            )
            if made.code != 0:
                raise UserError(f"image {reference}: buildah from failed: {made.last_line}")
            flags = launch_flags(launch, scratch)
            with sandbox([self.path, "unshare"]) as words:
                # A killed buildah leaves its temporary files.
                run = [*words, "env", f"TMPDIR={scratch}", self.path, "run"]
                run += ["--isolation", "chroot", *self.storage]
                with (scratch / "log").open("w") as log:
                    container = ChrootContainer([*run, *flags], name, launch.user, command, log)
                try:
                    yield container
                finally:
                    container.end()
        finally:
            self._buildah("rm", name)
            self._remove(scratch)

    def _remove(self, scratch: Path) -> None:
        if os.geteuid() != 0:
            # The container's files belong to a subordinate id of this user.
            finish([self.path, "unshare", "rm", "-rf", str(scratch)], seconds=_SECONDS)
        shutil.rmtree(scratch, ignore_errors=True)

    def _buildah(self, word: str, *words: str) -> Finished:
        return finish([self.path, word, *self.storage, *words], seconds=_SECONDS)


class ChrootContainer(Container):
    """run: `buildah run` and its flags, before the container's name."""

    def __init__(
        self,
        run: list[str],
        name: str,
        user: str,
        command: Sequence[str],
        log: TextIO,
    ) -> None:
        self._run, self._name, self._user = run, name, user
        self._log = Path(log.name)
        self._server = Child(self.inside(command), stdout=log, stderr=subprocess.STDOUT)

    def inside(self, command: Sequence[str], *, user: str = "") -> list[str]:
        user = user or self._user
        flags = ["--user", user] if user else []
        return [*self._run, *flags, self._name, "--", *command]

    def execute(self, command: Sequence[str], *, user: str = "", seconds: float = 60) -> Finished:
        for _ in range(_ATTEMPTS):
            with_end = ["sh", "-c", _WITH_END, "with-end", *command]
            finished = super().execute(with_end, user=user, seconds=seconds)
            output, seen, _ = finished.output.rpartition(f"\n{_END}\n")
            if seen or finished.code is None:
                break
        return replace(finished, output=output) if seen else finished

    def alive(self) -> bool:
        return self._server.poll() is None

    def logs(self) -> str:
        return self._log.read_text(errors="replace")

    def end(self) -> None:
        self._server.__exit__(None, None, None)
