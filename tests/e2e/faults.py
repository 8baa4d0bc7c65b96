"""Disturbances of one run of Terraform: faults of AWS, and a signal that ends it half-way."""

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
"""The requests, of any service, with which the change of a stack begins."""

_CHANGE = re.compile(
    r": (Creating|Destroying|Still creating|Still destroying)\.\.\.|: (Creation|Destruction) compl"
)
_MOVING = ("Pending", "Updating", "Deleting", "CREATING", "UPDATING", "DELETING")


@dataclass(frozen=True, kw_only=True)
class Disturbance:
    """What happens during one run.

    faults, switches: as the emulator takes them. sent: the signal that ends Terraform; line: once
    it has printed that many lines about changes, and a fault has hit.
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
    """One fault, for ``Disturbance.faults``."""
    one = {"kind": kind, "operation": operation, "times": times, "skip": skip, "seconds": seconds}
    return {"faults": [one]}


@dataclass(kw_only=True)
class Watcher:
    """Reads each line that Terraform prints, and ends it at the line of the disturbance."""

    aws: emulated.Aws
    disturbance: Disturbance
    changes_seen: int = 0
    sent: bool = False

    def on_line(self, process: subprocess.Popen[str], line: str) -> None:
        """Read one line of the process, which leads a process group."""
        if self.disturbance.sent is None or self.sent or not _CHANGE.search(line):
            return
        self.changes_seen += 1
        if self.changes_seen < self.disturbance.line or not self._has_hit():
            return
        self.sent = True
        if self.disturbance.sent is signal.SIGKILL:
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.send_signal(self.disturbance.sent)

    def assert_happened(self, code: int) -> None:
        """Assert that all of the disturbance happened to a run that ended with ``code``."""
        assert self.sent == (self.disturbance.sent is not None), (
            f"no signal was sent: {self.disturbance}"
        )
        if "faults" in self.disturbance.faults:
            assert self.aws.struck(), f"no fault hit: {self.disturbance}"
        if "hang" in self.disturbance.switches:
            assert self._hangs(), f"nothing hangs: {self.disturbance}"
        if "fail_images" in self.disturbance.switches:
            assert code != 0
            failed = [item["note"] for item in self.aws.inventory()]
            assert "CREATE_FAILED" in failed, f"no image failed: {self.disturbance}"

    def _has_hit(self) -> bool:
        """Whether the fault has hit; random faults of a storm are not waited for."""
        try:
            if "hang" in self.disturbance.switches:
                return self._hangs()
            return "faults" not in self.disturbance.faults or bool(self.aws.struck())
        except OSError:
            # The emulator is down or dead.
            return True

    def _hangs(self) -> bool:
        kinds = self.disturbance.switches["hang"]
        there = [item for item in self.aws.inventory() if item["type"] in kinds]
        return any(item["note"] in _MOVING for item in there)
