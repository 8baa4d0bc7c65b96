"""The command line of an app's container: user, no network, mounts; its lifecycle script."""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from studio_emulator.runtime import processes
from studio_emulator.runtime.engine import EngineError

UID, GID = 1000, 100
HOME = "/home/sagemaker-user"
INTERNAL = "/opt/.sagemakerinternal"
_METADATA = "/opt/ml/metadata/resource-metadata.json"
# The default number of open files can exceed what this machine allows a container.
LIMITS = ["--ulimit", "nofile=1024:4096", "--ulimit", "nproc=4096:8192"]
_SCRIPT, _SCRIPT_LOG, _SCRIPT_CODE = "lifecycle-config", "lifecycle-config.log", "exit-code"
READY = "ready"
_WITH_SCRIPT = f"""\
#!/bin/sh
cd {INTERNAL} || exit
until [ -e {READY} ]; do sleep 0.1; done
(cd "$HOME" && exec {INTERNAL}/{_SCRIPT}) > {_SCRIPT_LOG} 2>&1 < /dev/null
code=$?
echo $code > {_SCRIPT_CODE}
[ $code = 0 ] || exit $code
cd "$OLDPWD" && exec "$@"
"""


@dataclass(frozen=True, kw_only=True)
class Start:
    """The settings of an app's container.

    tag: identifies the content of the image; write_image: writes an archive of the image with the
    name REPOSITORY:TAG; words: the entrypoint with its arguments; script: the lifecycle
    configuration, which runs first; metadata: the content of resource-metadata.json; port: the
    emulator's port of 127.0.0.1.
    """

    tag: str
    write_image: Callable[[str, IO[bytes]], None]
    words: list[str]
    environment: Mapping[str, str]
    script: bytes | None
    metadata: Mapping[str, str]
    port: int

    def write_files(self, folder: Path) -> Path:
        """Write the files that the container mounts; the folder of the script and the agent."""
        internal = folder / "internal"
        internal.mkdir(parents=True)
        (folder / "metadata.json").write_text(json.dumps(self.metadata))
        if self.script is not None:
            for name, content in (("start", _WITH_SCRIPT.encode()), (_SCRIPT, self.script)):
                (internal / name).write_bytes(content)
                (internal / name).chmod(0o755)
        os.chown(internal, UID, GID)
        return internal

    def command(self, image: str, *, name: str, mark: str, home: Path, folder: Path) -> list[str]:
        """The engine's arguments that run the container. Raises EngineError."""
        words = self.words if self.script is None else [f"{INTERNAL}/start", *self.words]
        if not words:
            raise EngineError("neither the image nor its app image config has an entrypoint")
        environment = {**self.environment, processes.MARK: mark, "HOME": HOME}
        mounts = {
            home: HOME,
            folder / "internal": INTERNAL,
            folder / "metadata.json": f"{_METADATA}:ro",
        }
        return [
            *("run", "--rm", "--name", name, "--network", "none", "--user", f"{UID}:{GID}"),
            *("--workdir", HOME, "--stop-timeout", "0", *LIMITS),
            *(f"--env={name}={value}" for name, value in environment.items()),
            *(f"--volume={here}:{there}" for here, there in mounts.items()),
            *("--entrypoint", words[0], image, *words[1:]),
        ]


def take_script_log(internal: Path) -> list[str]:
    """The output of the ended script; deletes it, so a second call returns []."""
    path = internal / _SCRIPT_LOG
    if not ((internal / _SCRIPT_CODE).exists() and path.exists()):
        return []
    lines = path.read_text(errors="replace").splitlines()
    path.unlink()
    return lines


def script_exit_code(internal: Path) -> str:
    """The exit code of the script; "0" without a script and while it runs."""
    path = internal / _SCRIPT_CODE
    return path.read_text().strip() if path.exists() else "0"
