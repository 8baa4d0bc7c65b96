"""Starts the programs of sessions in apps."""

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Launch:
    """A command in an app; "" is a shell.

    inside: the id of a process in whose container it runs, with the container's environment.
    """

    home: Path
    environment: Mapping[str, str]
    command: str
    inside: int = 0

    def start(self, *, stdin: int, output: int) -> subprocess.Popen[bytes]:
        """Start it in a new process group. output: for its output and errors."""
        module = "studio_emulator.runtime.terminal_program"
        return subprocess.Popen(
            [sys.executable, "-P", "-m", module, self.command, str(self.inside)],
            cwd=self.home,
            env=dict(self.environment),
            stdin=stdin,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
