"""The real cdktf command line and the real Terraform, run for one folder of synthesized stacks."""

import json
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.support import processes, toolbox
from scripts.support.progress import Progress
from scripts.support.stacks import Stack, in_order
from settings import UserError

_SYNTH_SECONDS = 300.0
_DEPLOY_SECONDS = 5400.0
"""The provider waits up to 20 minutes for a domain and 10 for an image; a stack may hold both."""


class StepFailed(UserError):
    """A child process failed for a reason that its own output gave."""

    exit_code = 1


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """One synthesized deployment: ``out`` is its cdktf.out; its local state lies beside ``out``.

    ``report`` takes each line of progress; the whole output goes to ``studio.log`` beside ``out``.
    """

    out: Path
    report: Callable[[str], None] = toolbox.say

    def synth(self) -> list[Stack]:
        """Synthesize with ``cdktf synth``; the stacks in the order in which they are deployed."""
        # cdktf makes the folder itself, but not the one above it.
        self.out.parent.mkdir(parents=True, exist_ok=True)
        self._cdktf(["synth"], seconds=_SYNTH_SECONDS)
        return in_order(self.out)

    def deploy(self, stacks: Sequence[str]) -> None:
        """``cdktf deploy`` these stacks, which have to include those that they depend on.

        Raises StepFailed.
        """
        self._cdktf(["deploy", *stacks, "--auto-approve", "--skip-synth"], seconds=_DEPLOY_SECONDS)

    def destroy(self, stacks: Sequence[str]) -> None:
        """``cdktf destroy`` these stacks and, with them, all that depend on them.

        Raises StepFailed, also where a stack that depends on one of them is not among them: cdktf
        would wait for it for ever.
        """
        named = set(stacks)
        for stack in in_order(self.out):
            if stack.name not in named and stack.dependencies & named:
                raise StepFailed(f"{stack.name} stands on {', '.join(stack.dependencies & named)}")
        self._cdktf(["destroy", *stacks, "--auto-approve", "--skip-synth"], seconds=_DEPLOY_SECONDS)

    def output(self, stack: str, name: str) -> str | None:
        """A string output of a stack from its state; None where the stack is not deployed."""
        folder = next(found.folder for found in in_order(self.out) if found.name == stack)
        self._terraform(folder, ["init", "-input=false", "-no-color"])
        outputs = json.loads(self._terraform(folder, ["output", "-json"]).stdout)
        return outputs[name]["value"] if name in outputs else None

    def changed(self, stacks: Sequence[Stack]) -> list[str]:
        """The names of those stacks whose ``terraform plan`` is not empty. Raises StepFailed."""
        return [stack.name for stack in stacks if self._plan(stack)]

    def _plan(self, stack: Stack) -> bool:
        flags = ["-detailed-exitcode", "-input=false", "-no-color", "-lock=false"]
        return self._terraform(stack.folder, ["plan", *flags], good=(0, 2)).returncode == 2

    def _terraform(
        self, folder: Path, words: Sequence[str], *, good: Sequence[int] = (0,)
    ) -> subprocess.CompletedProcess[str]:
        chosen = _toolbox()
        finished = subprocess.run(
            [chosen.terraform, *words],
            cwd=folder,
            env=toolbox.environment(chosen),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_SYNTH_SECONDS,
            check=False,
        )
        if finished.returncode not in good:
            what = f"terraform {words[0]} of {folder.name}"
            raise StepFailed(f"{what} failed: {' '.join(finished.stderr.split())}")
        return finished

    def _cdktf(self, words: Sequence[str], *, seconds: float) -> None:
        chosen = _toolbox()
        program = toolbox.NODE_MODULES / ".bin" / "cdktf"
        flags = ["--output", str(self.out), "--no-color"]
        if words[0] != "synth":
            # The lock file would lie in cdktf.out, which nobody keeps, and asks the registry.
            flags.append("--skip-provider-lock")
        progress = Progress(self.report)
        log = self.out.parent / "studio.log"
        with log.open("a", encoding="utf-8") as file:

            def each_line(line: str) -> None:
                file.write(line + "\n")
                progress.line(line)

            try:
                code = processes.stream(
                    [program, *words, *flags],
                    env=toolbox.environment(chosen) | {"CI": "true"},
                    cwd=toolbox.PROJECT,
                    seconds=seconds,
                    each_line=each_line,
                )
            except TimeoutError as error:
                raise StepFailed(f"{error}; run the same command again to go on") from None
        if code:
            raise StepFailed(f"`cdktf {' '.join(words[:1])}` failed; all of its output is in {log}")


def _toolbox() -> toolbox.Toolbox:
    try:
        return toolbox.Toolbox.load()
    except FileNotFoundError:
        raise UserError("the tools are not there: run `make setup` first") from None
