"""What befalls one run of Terraform: AWS's bad weather, and somebody who ends it half-way."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from studio.lifecycle import emulated

FIRST = {"apply": "Create*", "destroy": "Delete*"}
"""The requests, of whatever service, by which every stack begins to change."""

_CHANGE = re.compile(
    r": (Creating|Destroying|Still creating|Still destroying)\.\.\.|: (Creation|Destruction) compl"
)
_MOVING = ("Pending", "Updating", "Deleting", "CREATING", "UPDATING", "DELETING")


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """What one run meets.

    faults, switches: as the emulator takes them. sent: what ends Terraform; line: as soon as it
    has printed so many lines about changes, and the weather has struck.
    """

    faults: Mapping[str, Any] = field(default_factory=dict)
    switches: Mapping[str, Any] = field(default_factory=dict)
    sent: signal.Signals | None = None
    line: int = 1

    def __str__(self) -> str:
        kinds = [fault["kind"] for fault in self.faults.get("faults", ())]
        words = [*kinds, *(["storm"] if "seed" in self.faults else []), *self.switches]
        return " ".join([*words, *([f"{self.sent.name} at {self.line}"] if self.sent else [])])


def fault(
    kind: str, operation: str, *, times: int = 1, skip: int = 0, seconds: float = 0.5
) -> dict[str, Any]:
    """One fault, for ``Trouble.faults``."""
    one = {"kind": kind, "operation": operation, "times": times, "skip": skip, "seconds": seconds}
    return {"faults": [one]}


@dataclass(kw_only=True)
class Witness:
    """Hears each line that Terraform prints, ends it when the time has come, knows what struck."""

    aws: emulated.Aws
    trouble: Trouble
    heard: int = 0
    sent: bool = False

    def hear(self, process: subprocess.Popen[str], line: str) -> None:
        """One line of the process, which leads a group of its own."""
        if self.trouble.sent is None or self.sent or not _CHANGE.search(line):
            return
        self.heard += 1
        if self.heard < self.trouble.line or not self._has_struck():
            return
        self.sent = True
        if self.trouble.sent is signal.SIGKILL:
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.send_signal(self.trouble.sent)

    def assert_met(self, code: int) -> None:
        """All of the trouble came, to a run that ended with this exit code."""
        assert self.sent == (self.trouble.sent is not None), f"no signal went out: {self.trouble}"
        if "faults" in self.trouble.faults:
            assert self.aws.struck(), f"nothing struck: {self.trouble}"
        if "hang" in self.trouble.switches:
            assert self._hangs(), f"nothing hangs: {self.trouble}"
        if "fail_images" in self.trouble.switches:
            assert code != 0
            failed = [item["note"] for item in self.aws.inventory()]
            assert "CREATE_FAILED" in failed, f"no image failed: {self.trouble}"

    def _has_struck(self) -> bool:
        """A storm is everywhere and nowhere; nobody waits for it."""
        try:
            if "hang" in self.trouble.switches:
                return self._hangs()
            return "faults" not in self.trouble.faults or bool(self.aws.struck())
        except OSError:
            # It is down, or dead.
            return True

    def _hangs(self) -> bool:
        kinds = self.trouble.switches["hang"]
        there = [item for item in self.aws.inventory() if item["type"] in kinds]
        return any(item["note"] in _MOVING for item in there)
