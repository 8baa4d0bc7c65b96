"""Stand-ins for the containers that `studio image check` looks into."""

from __future__ import annotations

from collections.abc import Sequence

from studio.images.contract.container import Container, Finished


class Here(Container):
    """A "container" whose commands run on this machine, or are answered from `canned` by name."""

    def __init__(self, *, logs: str = "", alive: bool = True, **canned: Finished) -> None:
        self._logs, self._alive, self.canned = logs, alive, canned

    def inside(self, command: Sequence[str], *, user: str = "") -> list[str]:
        assert user == ""
        return list(command)

    def execute(self, command: Sequence[str], *, user: str = "", seconds: float = 60) -> Finished:
        return self.canned.get(command[0]) or super().execute(command, user=user, seconds=seconds)

    def alive(self) -> bool:
        return self._alive

    def logs(self) -> str:
        return self._logs


def said(text: str, code: int = 0) -> Finished:
    return Finished(code, text, "")
