"""The real cdktf command line and the real Terraform, with the tools that set-up chose."""

import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from settings import UserError
from studio.errors import StepFailed
from studio.processes import children
from studio.terraform.progress import Progress, lock_in
from studio.terraform.state.locks import Locked
from studio.toolchain import toolbox

_SECONDS = 300.0
"""For what changes nothing in AWS."""


@dataclass(frozen=True, kw_only=True)
class Programs:
    """Runs both for one folder ``out`` of synthesized stacks; each run is bounded.

    ``report`` takes each line of progress, counted from ``started`` (``time.monotonic``); the whole
    output goes to ``studio.log`` beside ``out``.
    """

    out: Path
    report: Callable[[str], None]
    started: float

    def terraform(
        self, folder: Path, words: Sequence[str], *, good: Sequence[int] = (0,)
    ) -> subprocess.CompletedProcess[str]:
        """Run Terraform in ``folder``, named like its stack.

        Raises StepFailed unless its exit code is ``good``, Locked where somebody holds the state.
        """
        chosen = _toolbox()
        what = f"terraform {words[0]} of {folder.name}"
        try:
            finished = children.captured(
                [chosen.terraform, *words],
                cwd=folder,
                env=toolbox.environment(chosen),
                seconds=_SECONDS,
            )
        except subprocess.TimeoutExpired:
            raise StepFailed(f"{what} did not end within {_SECONDS:.0f} seconds") from None
        if finished.returncode not in good:
            if lock := lock_in(finished.stderr, stack=folder.name):
                raise Locked(lock)
            raise StepFailed(f"{what} failed: {' '.join(finished.stderr.split())}")
        return finished

    def watched(
        self,
        folder: Path,
        words: Sequence[str],
        *,
        seconds: float,
        halt: threading.Event | None = None,
    ) -> None:
        """Run Terraform in ``folder``, named like its stack, with its lines as progress.

        ``halt``: see ``processes.stream``.
        Raises StepFailed, Locked where somebody holds the state.
        """
        chosen = _toolbox()
        code, log = self._stream(
            [chosen.terraform, *words],
            cwd=folder,
            env=toolbox.environment(chosen),
            seconds=seconds,
            each=lambda line: f"{folder.name}  {line}",
            asked_first=True,
            halt=halt,
        )
        if code:
            failed = f"`terraform {words[0]}` of {folder.name} failed; its output is in {log}"
            raise StepFailed(failed)

    def cdktf(self, words: Sequence[str], *, seconds: float = _SECONDS) -> None:
        """Run cdktf. Raises StepFailed, Locked where somebody holds a state."""
        chosen = _toolbox()
        program = toolbox.NODE_MODULES / ".bin" / "cdktf"
        flags = ["--output", str(self.out), "--no-color"]
        if words[0] != "synth":
            # The lock file would lie in cdktf.out, which nobody keeps, and asks the registry.
            flags.append("--skip-provider-lock")
        code, log = self._stream(
            [program, *words, *flags],
            cwd=toolbox.PROJECT,
            env=toolbox.environment(chosen) | {"CI": "true"},
            seconds=seconds,
        )
        if code:
            raise StepFailed(f"`cdktf {' '.join(words[:1])}` failed; all of its output is in {log}")

    def _stream(
        self,
        command: Sequence[str | Path],
        *,
        cwd: Path,
        env: Mapping[str, str],
        seconds: float,
        each: Callable[[str], str] = lambda line: line,
        asked_first: bool = False,
        halt: threading.Event | None = None,
    ) -> tuple[int, Path]:
        """Run it under ``processes.stream``, its lines into log and progress; exit code and log."""
        progress = Progress(self.report, self.started)
        log = self.out.parent / "studio.log"
        with log.open("a", buffering=1, encoding="utf-8") as file:

            def each_line(line: str) -> None:
                file.write(each(line) + "\n")
                progress.line(each(line))

            try:
                code = children.stream(
                    command,
                    env=env,
                    cwd=cwd,
                    seconds=seconds,
                    each_line=each_line,
                    asked_first=asked_first,
                    halt=halt,
                )
            except TimeoutError as error:
                raise StepFailed(f"{error}; run the same command again to go on") from None
        if progress.locked:
            raise Locked(progress.locked)
        return code, log


def _toolbox() -> toolbox.Toolbox:
    try:
        return toolbox.Toolbox.load()
    except FileNotFoundError:
        raise UserError("the tools are not there: run `make setup` first") from None
