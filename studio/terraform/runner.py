"""Runs the Terraform or OpenTofu of `make setup`: time limits, errors, a state that is locked."""

import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from settings import UserError
from settings.errors import os_errors, printable
from studio.console import output
from studio.console.reports import Report
from studio.errors import RUN_AGAIN, StepFailed
from studio.processes import children, interrupts
from studio.terraform.events import Events, is_locked, short
from studio.terraform.shared_provider import may_have_failed, shared_provider
from studio.terraform.stacks import CONFIGURATION
from studio.terraform.state.locks import Lock, Locked
from studio.terraform.state.stores import StateStore
from studio.toolchain import toolbox

_SECONDS = 300.0
"""For commands that change nothing in AWS."""
_DEPLOY_SECONDS = 5400.0
"""The provider waits up to 20 minutes for a domain and 10 for an image."""
_BYTES_A_SECOND = 1000.0
"""A resource has 1 to 2 kB of configuration. AWS may take ten seconds for one, and Terraform
requests ten in parallel."""
_WITH_EVENTS = ("plan", "apply", "destroy")
_DOING = {
    "init": "initializing",
    "plan": "planning",
    "show": "planning",
    "apply": "applying",
    "destroy": "destroying",
}
_DONE = {"plan": "planned", "show": "planned", "apply": "applied", "destroy": "destroyed"}


class StalePlan(StepFailed):
    """The state of a stack has changed since its plan, which Terraform did not apply."""


@dataclass(frozen=True, kw_only=True)
class Terraform:
    """Runs Terraform with a time limit, and writes its output to ``log``.

    log: None writes none. store: of the states. report: takes each line of progress.
    """

    log: Path | None
    store: StateStore
    report: Report
    _shared: dict[str, str] = field(default_factory=dict, init=False)

    @contextmanager
    def sharing_provider(self, folder: Path) -> Iterator[None]:
        """Share one process of the AWS provider of ``folder`` among all commands of the block."""
        with shared_provider(folder, env=toolbox.environment(load_toolbox())) as found:
            self._shared.update(found)
            try:
                yield
            finally:
                self._shared.clear()

    def run(
        self,
        folder: Path,
        words: Sequence[str],
        *,
        good: Sequence[int] = (0,),
        provider: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run a command in a stack's folder, without progress.

        provider: the variable of a running provider; default: the shared one, except for `init`,
        which would install none.

        Raises StepFailed unless its exit code is ``good``, Locked if another run holds the state.
        """
        interrupts.check()
        with_events = words[0] in _WITH_EVENTS
        board = output.current().board
        board.begin(folder.name, _DOING.get(words[0], words[0]))
        result = "failed"
        shared = {} if words[0] == "init" else self._shared
        try:
            finished = self._captured(folder, words, shared if provider is None else provider)
            if shared and finished.returncode not in good and may_have_failed(finished.stdout):
                finished = self._captured(folder, words, {})
        except subprocess.TimeoutExpired:
            what = f"`terraform {words[0]}` of {folder.name}"
            raise StepFailed(f"{what} did not end within {_bound(folder):.0f} seconds") from None
        else:
            if finished.returncode in good:
                result = _DONE.get(words[0], "")
        finally:
            board.end(folder.name, result)
        if finished.returncode not in good:
            events = Events(
                stack=folder.name, report=lambda _: None, event=lambda _: None, board=board
            )
            printed = finished.stdout.splitlines() if with_events else []
            self._write([*map(events.take, printed), finished.stderr])
            if events.locked or is_locked(finished.stderr):
                raise Locked(self._lock(folder.name))
            self._fail(folder, words, events.errors or [short(finished.stderr)])
        return finished

    def _captured(
        self, folder: Path, words: Sequence[str], provider: Mapping[str, str]
    ) -> subprocess.CompletedProcess[str]:
        chosen = load_toolbox()
        return children.captured(
            [chosen.terraform, *(_with_events(words) if words[0] in _WITH_EVENTS else words)],
            cwd=folder,
            env={**toolbox.environment(chosen), **provider},
            seconds=_bound(folder),
            grace=children.GRACE,
        )

    def stream(self, folder: Path, words: Sequence[str]) -> None:
        """Run ``terraform apply`` or ``destroy`` in a stack's folder, with progress.

        Raises StepFailed, StalePlan, Locked if another run holds the state.
        """
        interrupts.check()
        chosen = load_toolbox()
        progress = output.current()
        events = Events(
            stack=folder.name,
            report=self.report,
            event=progress.event if self.report is output.progress else self.report,
            board=progress.board,
        )
        progress.board.begin(folder.name, _DOING[words[0]])
        code = 1
        try:
            code = children.stream(
                [chosen.terraform, *_with_events(words)],
                env=toolbox.environment(chosen) | self._shared,
                cwd=folder,
                seconds=_bound(folder, _DEPLOY_SECONDS),
                each_line=lambda line: self._write([f"{folder.name}  {events.take(line)}"]),
                grace=children.GRACE,
            )
        except TimeoutError as error:
            raise StepFailed(f"{error}; {RUN_AGAIN}") from None
        finally:
            progress.board.end(folder.name, "failed" if code else _DONE[words[0]])
        if events.locked:
            raise Locked(self._lock(folder.name))
        if events.stale:
            raise StalePlan(f"{folder.name}: another run changed its state after the plan")
        if code:
            self._fail(folder, words, events.errors)

    def _lock(self, stack: str) -> Lock:
        """The lock of a stack; without details if the other run has ended meanwhile."""
        return next((lock for lock in self.store.locks() if lock.stack == stack), Lock(stack=stack))

    def _write(self, lines: Sequence[str]) -> None:
        for line in filter(None, lines):
            output.current().detail(printable(line))
        if self.log is None:
            return
        with (
            os_errors(f"{self.log}: cannot be written"),
            self.log.open("a", encoding="utf-8") as file,
        ):
            file.writelines(f"{line}\n" for line in lines if line)

    def _fail(self, folder: Path, words: Sequence[str], errors: Sequence[str]) -> None:
        more = f" (and {len(errors) - 1} more errors)" if len(errors) > 1 else ""
        why = f": {errors[0]}{more}" if errors else ""
        rest = (
            f"all of its output is in {self.log}"
            if self.log
            else "--verbose prints all of its output"
        )
        raise StepFailed(f"`terraform {words[0]}` of {folder.name} failed{why}; {rest}")


def _bound(folder: Path, seconds: float = _SECONDS) -> float:
    """The time limit: ``seconds``, and more for each resource of the stack."""
    configuration = folder / CONFIGURATION
    size = configuration.stat().st_size if configuration.is_file() else 0
    return seconds + size / _BYTES_A_SECOND


def _with_events(words: Sequence[str]) -> list[str]:
    """The words with -json before the plan file, after which Terraform accepts no option."""
    return [words[0], "-json", *words[1:]]


def load_toolbox() -> toolbox.Toolbox:
    """The choice of `make setup`. Raises UserError if it has not run."""
    try:
        return toolbox.Toolbox.load()
    except FileNotFoundError:
        raise UserError(toolbox.MISSING) from None
