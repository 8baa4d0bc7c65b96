"""One point of the contract and what was found."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from settings.errors import printable


@dataclass(frozen=True)
class Point:
    """A point of Studio's contract with an image.

    passed: None where it could not be proven here. found: what was seen. studio: what Studio would
    have shown for it. change: what to do about it.
    """

    name: str
    passed: bool | None
    found: str
    studio: str = ""
    change: str = ""

    def line(self) -> str:
        """The point in one line, whatever the image printed."""
        mark = {True: "ok", False: "FAILED", None: "unproven"}[self.passed]
        parts = [f"{self.name}: {self.found}"]
        if self.passed is False:
            parts += [f"Studio: {self.studio}", f"change: {self.change}"]
        return f"{mark:8} " + "; ".join(printable(" ".join(part.split())) for part in parts)

    def record(self) -> dict[str, object]:
        return asdict(self)
