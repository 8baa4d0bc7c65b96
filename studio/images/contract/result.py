"""The result of one check of the contract."""

from dataclasses import dataclass

from settings.errors import printable


@dataclass(frozen=True)
class CheckResult:
    """The result of a check. passed: None if it could not run.

    studio: the failure in Studio. change: the fix.
    """

    name: str
    passed: bool | None
    found: str
    studio: str = ""
    change: str = ""

    def line(self) -> str:
        mark = {True: "ok", False: "FAILED", None: "unproven"}[self.passed]
        parts = [f"{self.name}: {self.found}"]
        if self.passed is False:
            parts += [f"Studio: {self.studio}", f"change: {self.change}"]
        return f"{mark:8} " + "; ".join(printable(" ".join(part.split())) for part in parts)
