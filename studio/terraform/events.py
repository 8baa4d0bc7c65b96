"""Reports progress and errors from the events of ``terraform plan|apply|destroy -json``.

Source: https://developer.hashicorp.com/terraform/internals/machine-readable-ui
"""

import json
from dataclasses import dataclass, field
from typing import Any

from settings.errors import printable
from studio.console.board import Board
from studio.console.reports import Report

_LOCKED = "Error acquiring the state lock"
_HELD = ("Lock Info:", "resource temporarily unavailable", "api error PreconditionFailed")
"""Details of a held lock; other errors, such as a full disk, have the same summary. The last one is
of S3, if the other run deletes the lock file before Terraform reads it."""
_STALE = ("Saved plan is stale", "Saved plan does not match the given state")
"""Summaries (hashicorp/terraform, internal/backend/local/backend_local.go)."""
_VERBS = {"create": "created", "update": "changed", "delete": "destroyed"}
_MOST_ERRORS = 5
"""To report; all resources of a stack may fail for the same reason."""
_FRAME = str.maketrans(dict.fromkeys("╷│╵"))
_LONGEST = 300
"""Characters; a detail may quote a whole policy document."""


@dataclass(kw_only=True)
class Events:
    """Reads the lines of one run of Terraform for a stack.

    report: takes progress and errors. event: takes a line for each resource. errors: one shortened
    line each. locked: whether another run holds the state's lock. stale: whether the state has
    changed since the plan.
    """

    stack: str
    report: Report
    event: Report
    board: Board
    errors: list[str] = field(default_factory=list)
    locked: bool = False
    stale: bool = False

    def take(self, line: str) -> str:
        """Read a line; returns the text for the log."""
        event = parse_event(line)
        if event is None:
            return line
        match event.get("type"):
            case "apply_start":
                self.board.start(self.stack, _address(event))
            case "apply_errored":
                self.board.finish(self.stack, _address(event), failed=True)
            case "apply_complete":
                self.board.finish(self.stack, _address(event))
                action = event["hook"]["action"]
                if action in _VERBS:
                    self._resource(_VERBS[action], event)
            case "apply_progress":
                self._resource("waiting", event)
            case "change_summary":
                self._summary(event)
            case "diagnostic" if event["diagnostic"]["severity"] == "error":
                self._error(event["diagnostic"])
        return _logged(event)

    def _resource(self, what: str, event: dict[str, Any]) -> None:
        seconds = event["hook"]["elapsed_seconds"]
        self.event(self._named(f"{what:9} {_address(event)} ({_duration(seconds)})"))

    def _summary(self, event: dict[str, Any]) -> None:
        match event.get("changes"):
            case {"operation": "plan", "add": int(add), "change": int(change), "remove": int(gone)}:
                self.board.count(self.stack, add + change + gone)
        self._say(event["@message"])

    def _error(self, diagnostic: dict[str, Any]) -> None:
        if is_locked(f"{diagnostic['summary']}\n{diagnostic.get('detail') or ''}"):
            self.locked = True
            return
        if diagnostic["summary"] in _STALE:
            self.stale = True
            return
        self.errors.append(_shown(diagnostic))
        if len(self.errors) <= _MOST_ERRORS:
            self._say(f"! {self.errors[-1]}")
        elif len(self.errors) == _MOST_ERRORS + 1:
            self._say("! more errors")

    def _say(self, text: str) -> None:
        self.report(self._named(text))

    def _named(self, text: str) -> str:
        return f"{self.stack:8} {printable(text)}"


def short(text: str) -> str:
    """The text in one line of at most 300 characters."""
    line = " ".join(text.translate(_FRAME).split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 3]}..."


def is_locked(text: str) -> bool:
    """Whether the output says that another run holds the lock."""
    return _LOCKED in text and any(held in text for held in _HELD)


def parse_event(line: str) -> dict[str, Any] | None:
    """The event of a line; None for other output, such as an error before Terraform reads -json."""
    try:
        event = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return event if isinstance(event, dict) and "@message" in event else None


def _address(event: dict[str, Any]) -> str:
    address: str = event["hook"]["resource"]["addr"]
    return address


def _shown(diagnostic: dict[str, Any]) -> str:
    detail = diagnostic.get("detail") or ""
    where = f" ({diagnostic['address']})" if diagnostic.get("address") else ""
    separator = ": " if detail else ""
    return short(f"{diagnostic['summary']}{where}{separator}{detail}")


def _logged(event: dict[str, Any]) -> str:
    diagnostic = event.get("diagnostic") or {}
    parts = [event["@message"], diagnostic.get("address"), diagnostic.get("detail")]
    return "\n".join(part for part in parts if part)


def _duration(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}m{rest}s" if minutes else f"{rest}s"
