"""Faults of AWS and signals during a run of Terraform."""

import os
import re
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from studio.lifecycle import emulated
from tests import provider

FIRST = {"apply": "Create*", "destroy": "Delete*"}
"""The first requests of a run, of any service."""

_CHANGE = re.compile(
    r": (Creating|Destroying|Still creating|Still destroying)\.\.\.|: (Creation|Destruction) compl"
)
_MOVING = ("Pending", "Updating", "Deleting", "CREATING", "UPDATING", "DELETING")


@dataclass(frozen=True, kw_only=True)
class Disturbance:
    """Faults and a signal during a run.

    faults, switches: of the emulator. sent: the signal that ends Terraform, after it prints the
    number ``line`` of lines about changes and a fault hits.
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
    """A fault for ``Disturbance.faults``."""
    one = {"kind": kind, "operation": operation, "times": times, "skip": skip, "seconds": seconds}
    return {"faults": [one]}


@dataclass(kw_only=True)
class Watcher:
    """Reads Terraform's output, and sends the signal of a disturbance.

    aws: the emulated AWS of the process. SIGKILL also ends its provider.
    """

    aws: emulated.EmulatedAws
    disturbance: Disturbance
    changes_seen: int = 0
    sent: bool = False

    def on_line(self, process: subprocess.Popen[str], line: str) -> None:
        """Handle a line of a process, the leader of a process group."""
        if self.disturbance.sent is None or self.sent or not _CHANGE.search(line):
            return
        self.changes_seen += 1
        if self.changes_seen < self.disturbance.line or not self._has_hit():
            return
        self.sent = True
        if self.disturbance.sent is signal.SIGKILL:
            os.killpg(process.pid, signal.SIGKILL)
            os.kill(provider.pid(self.aws), signal.SIGKILL)
        else:
            process.send_signal(self.disturbance.sent)

    def assert_happened(self, code: int) -> None:
        """Assert that the whole disturbance happened. code: the exit code of the run."""
        assert self.sent == (self.disturbance.sent is not None), (
            f"no signal was sent: {self.disturbance}"
        )
        if "faults" in self.disturbance.faults:
            assert self.aws.ask("faults")["injected"], f"no fault hit: {self.disturbance}"
        if "hang" in self.disturbance.switches:
            assert self._hangs(), f"nothing hangs: {self.disturbance}"
        if "fail_images" in self.disturbance.switches:
            assert code != 0
            failed = [item["note"] for item in self.aws.inventory()]
            assert "CREATE_FAILED" in failed, f"no image failed: {self.disturbance}"

    def _has_hit(self) -> bool:
        """Whether the fault hit; random faults may never hit."""
        try:
            if "hang" in self.disturbance.switches:
                return self._hangs()
            return "faults" not in self.disturbance.faults or bool(
                self.aws.ask("faults")["injected"]
            )
        except OSError:
            # The emulator is down or dead.
            return True

    def _hangs(self) -> bool:
        kinds = self.disturbance.switches["hang"]
        found = [item for item in self.aws.inventory() if item["type"] in kinds]
        return any(item["note"] in _MOVING for item in found)
