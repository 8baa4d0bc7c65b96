"""How a session starts a program in an app."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Launch:
    """A command to run in an app; "" is a shell.

    inside: a process whose container it runs in, with that one's home and environment.
    """

    home: Path
    environment: Mapping[str, str]
    command: str
    inside: int = 0

    def start(self, *, stdin: int, output: int) -> subprocess.Popen[bytes]:
        """Run it in a session of its own; output: also what its errors are written to."""
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
