"""The result of one check of the contract."""

from __future__ import annotations

from dataclasses import dataclass

from settings.errors import printable


@dataclass(frozen=True)
class CheckResult:
    """One check of what Studio needs of an image.

    passed: None where it could not run. found: what the check saw. studio: what Studio would show.
    change: how to fix it.
    """

    name: str
    passed: bool | None
    found: str
    studio: str = ""
    change: str = ""

    def line(self) -> str:
        """The result in one line, whatever the image printed."""
        mark = {True: "ok", False: "FAILED", None: "unproven"}[self.passed]
        parts = [f"{self.name}: {self.found}"]
        if self.passed is False:
            parts += [f"Studio: {self.studio}", f"change: {self.change}"]
        return f"{mark:8} " + "; ".join(printable(" ".join(part.split())) for part in parts)
