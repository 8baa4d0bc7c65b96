"""What cdktf and Terraform print, as the few lines that a person wants to read."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from studio.terraform.state.locks import Lock

_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f]")
_STACK = re.compile(r"^(?P<stack>[a-z][a-z0-9-]*)  (?P<rest>\S.*)$")
_DONE = re.compile(
    r"^(?P<address>\S+)(?: \(.*\))?: (?P<what>Creation|Modifications|Destruction) complete"
    r" after (?P<took>\S+)"
)
_WAITING = re.compile(
    r"^(?P<address>\S+)(?: \(.*\))?: Still \w+\.\.\. \[(?:id=.*, )?(?P<took>.*) elapsed\]"
)
_SUMMARY = re.compile(r"^(Plan: |Apply complete!|Destroy complete!|No changes\.)")
_LOCKED = "Error acquiring the state lock"
_OF_LOCK = re.compile(r"(?P<field>ID|Operation|Who|Created): +(?P<value>\S.*)")
_VERBS = {"Creation": "created", "Modifications": "changed", "Destruction": "destroyed"}


@dataclass
class Progress:
    """Feed it lines; it reports what was done, how far a stack is, and whole error texts.

    ``started`` is time.monotonic() of the beginning.
    ``locked``: the lock that somebody else holds, once Terraform has told about one.
    """

    report: Callable[[str], None]
    started: float
    errors: list[str] = field(default_factory=list)
    locked: Lock | None = None
    _stack: str = ""
    _in_error: bool = False
    _lock_told: Lock | None = None

    def line(self, raw: str) -> None:
        """Take one line of cdktf's output."""
        text = _ESCAPES.sub("", raw).rstrip()
        if named := _STACK.match(text):
            self._stack, text = named["stack"], named["rest"]
            self._in_error = False
        text = text.strip()
        if self._error(text):
            return
        if done := _DONE.match(text):
            self._say(f"{_VERBS[done['what']]:9} {done['address']} ({done['took']})")
        elif waiting := _WAITING.match(text):
            self._say(f"waiting   {waiting['address']} ({waiting['took']})")
        elif _SUMMARY.match(text):
            self._say(text)

    def _error(self, text: str) -> bool:
        """Terraform frames an error; without colours cdktf leaves the frame out now and then."""
        if text.startswith(("╷", "│ Error", "Error:", "[ERROR]")):
            self._in_error = True
        if not self._in_error:
            return False
        body = text.strip("╷╵│ ")
        if _LOCKED in body or self._lock_told is not None:
            self._lock(body)
        elif body:
            self.errors.append(body)
            self._say(f"! {body}")
        if text.startswith("╵"):
            self._in_error, self._lock_told = False, None
        return True

    def _lock(self, body: str) -> None:
        """Take a line of Terraform's long text about a lock; the caller says it in one."""
        if self._lock_told is None:
            self._lock_told = Lock(stack=self._stack)
        named = _OF_LOCK.match(body)
        if named:
            told = {named["field"].lower(): named["value"]}
            self._lock_told = replace(self._lock_told, **told)
        self.locked = self._lock_told

    def _say(self, text: str) -> None:
        elapsed = time.monotonic() - self.started
        self.report(f"{elapsed:6.1f}s  {self._stack:8} {text}")


def lock_in(complaint: str, *, stack: str) -> Lock | None:
    """The lock that Terraform complains of, None where it complains of something else."""
    progress = Progress(lambda _: None, 0.0, _stack=stack)
    for line in complaint.splitlines():
        progress.line(line)
    return progress.locked
