"""The machine of a user: runs commands with its HOME, PATH and credentials."""

import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from studio.connect.ssh_config import SshPaths
from tests import program
from tests.e2e.deployments import BIN
from tests.e2e.small_studio import NAME
from tests.e2e.sshd import PLUGIN

SECONDS = 120


@contextmanager
def leaving_no_process(session: "subprocess.Popen[str]") -> Iterator[None]:
    """Assert that the proxy of an ssh session runs, and ends with the block."""
    helpers = psutil.Process(session.pid).children(recursive=True)
    assert any("StartSession" in helper.cmdline() for helper in helpers)
    yield
    _, alive = psutil.wait_procs(helpers, timeout=30)
    assert alive == []


@dataclass(frozen=True, kw_only=True)
class ClientMachine:
    """A machine. variables: of AWS and this project. login: the user of the app's sshd.

    own_process: each command of ``studio`` runs in a process; see ``tests/program.py``.
    """

    home: Path
    user: str
    login: str
    variables: Mapping[str, str]
    path: tuple[Path, ...] = (PLUGIN,)
    deployment: str = NAME
    own_process: bool = False

    def __post_init__(self) -> None:
        self.home.mkdir(parents=True, exist_ok=True)

    @property
    def paths(self) -> SshPaths:
        """The paths of the SSH configuration. Raises UserError."""
        return SshPaths(deployment=self.deployment, user=self.user, home=self.home)

    @property
    def host(self) -> str:
        return self.paths.host

    def connect(self, *words: str, code: int = 0) -> str:
        """Run `studio connect`."""
        return self.studio("connect", self.user, "--login", self.login, *words, code=code)

    def studio(self, *words: str, code: int = 0) -> str:
        """Run a command of ``studio``; returns its output and asserts its exit code."""
        if self.own_process:
            return self.run([BIN / "studio", *words], code=code)
        ended, printed = program.studio(*words, environment=self._environment)
        assert ended == code, printed
        return printed

    def ssh(self, *words: str, program: str = "ssh", code: int = 0) -> str:
        """Run ssh or scp with this machine's configuration."""
        return self.run([program, "-F", self.paths.config, *words], code=code)

    def run(self, command: Sequence[str | Path], *, code: int = 0) -> str:
        process = self.start(command)
        try:
            printed, _ = process.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        assert process.returncode == code, printed
        return printed

    def session(self, *options: str) -> "subprocess.Popen[str]":
        """An ssh session with a running command."""
        loop = "echo on; while sleep 1; do echo .; done"
        started = self.start(["ssh", "-F", self.paths.config, *options, self.host, loop])
        assert started.stdout is not None
        assert started.stdout.readline() == "on\n"
        return started

    def start(self, command: Sequence[str | Path]) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            command,
            env=self._environment,
            cwd=self.home,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    @property
    def _environment(self) -> dict[str, str]:
        path = os.pathsep.join([*map(str, self.path), os.environ["PATH"]])
        return {"HOME": str(self.home), "PATH": path, **self.variables}
