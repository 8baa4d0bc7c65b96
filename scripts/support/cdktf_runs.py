"""The real cdktf command line and the real Terraform, run for one folder of synthesized stacks."""

import json
import subprocess
import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from scripts.support import processes, toolbox
from scripts.support.progress import Progress
from scripts.support.stacks import Stack, levels
from settings import UserError

_PLANS_AT_ONCE = 3
_SYNTH_SECONDS = 300.0
_DEPLOY_SECONDS = 5400.0
"""The provider waits up to 20 minutes for a domain and 10 for an image; a stack may hold both."""


class StepFailed(UserError):
    """A child process failed for a reason that its own output gave."""

    exit_code = 1


@dataclass(frozen=True, kw_only=True)
class Resource:
    """A resource in Terraform's state. kind: its type, ``aws_vpc``."""

    kind: str
    attributes: dict[str, Any]


@dataclass(kw_only=True)
class Deployment:
    """One synthesized deployment: ``out`` is its cdktf.out; its local state lies beside ``out``.

    ``report`` takes each line of progress; the whole output goes to ``studio.log`` beside ``out``.
    """

    out: Path
    report: Callable[[str], None] = toolbox.say
    started: float = field(default_factory=time.monotonic)

    @cached_property
    def levels(self) -> list[list[Stack]]:
        """Synthesize with ``cdktf synth``; the stacks in levels, each to deploy behind the last."""
        # cdktf makes the folder itself, but not the one above it.
        self.out.parent.mkdir(parents=True, exist_ok=True)
        self._cdktf(["synth"], seconds=_SYNTH_SECONDS)
        return levels(self.out)

    @property
    def stacks(self) -> list[Stack]:
        """The stacks in the order in which they can be deployed."""
        return [stack for level in self.levels for stack in level]

    def deploy(self, stacks: Sequence[str]) -> None:
        """``cdktf deploy`` these stacks at once; what they depend on has to be deployed already.

        Raises StepFailed.
        """
        flags = ["--auto-approve", "--skip-synth", "--ignore-missing-stack-dependencies"]
        self._cdktf(["deploy", *stacks, *flags], seconds=_DEPLOY_SECONDS)

    def destroy(self, stacks: Sequence[str]) -> None:
        """``cdktf destroy`` these stacks and, with them, all that depend on them.

        Raises StepFailed, also where a stack that depends on one of them is not among them: cdktf
        would wait for it for ever.
        """
        named = set(stacks)
        for stack in self.stacks:
            if stack.name not in named and stack.dependencies & named:
                raise StepFailed(f"{stack.name} stands on {', '.join(stack.dependencies & named)}")
        words = ["destroy", *stacks, "--auto-approve", "--skip-synth"]
        self._cdktf(words, seconds=_DEPLOY_SECONDS)

    def resources(self, stacks: Collection[str]) -> dict[str, list[Resource]]:
        """What Terraform's state holds of these stacks; nothing of a stack that is not deployed.

        Raises StepFailed.
        """
        folders = {stack.name: stack.folder for stack in self.stacks}
        with ThreadPoolExecutor(_PLANS_AT_ONCE) as pool:
            states = pool.map(lambda name: self._resources(folders[name]), stacks)
            return dict(zip(stacks, states, strict=True))

    def _resources(self, folder: Path) -> list[Resource]:
        # Only a folder that was never used, or with another backend, has to be initialized.
        finished = self._terraform(folder, ["state", "pull"], good=(0, 1))
        if finished.returncode:
            self._terraform(folder, ["init", "-input=false", "-no-color"])
            finished = self._terraform(folder, ["state", "pull"])
        pulled = finished.stdout
        return [
            Resource(kind=resource["type"], attributes=instance["attributes"])
            for resource in (json.loads(pulled)["resources"] if pulled.strip() else ())
            if resource["mode"] == "managed"
            for instance in resource["instances"]
        ]

    def output(self, stack: str, name: str) -> str | None:
        """A string output of a stack from its state; None where the stack is not deployed."""
        folder = next(found.folder for found in self.stacks if found.name == stack)
        self._terraform(folder, ["init", "-input=false", "-no-color"])
        outputs = json.loads(self._terraform(folder, ["output", "-json"]).stdout)
        return outputs[name]["value"] if name in outputs else None

    def changed(self) -> list[str]:
        """The names of the stacks whose ``terraform plan`` is not empty. Raises StepFailed."""
        with ThreadPoolExecutor(_PLANS_AT_ONCE) as pool:
            plans = pool.map(self._plan, self.stacks)
            return [
                stack.name for stack, changes in zip(self.stacks, plans, strict=True) if changes
            ]

    def _plan(self, stack: Stack) -> bool:
        flags = ["-detailed-exitcode", "-input=false", "-no-color", "-lock=false"]
        return self._terraform(stack.folder, ["plan", *flags], good=(0, 2)).returncode == 2

    def _terraform(
        self, folder: Path, words: Sequence[str], *, good: Sequence[int] = (0,)
    ) -> subprocess.CompletedProcess[str]:
        chosen = _toolbox()
        what = f"terraform {words[0]} of {folder.name}"
        try:
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
        except subprocess.TimeoutExpired:
            raise StepFailed(f"{what} did not end within {_SYNTH_SECONDS:.0f} seconds") from None
        if finished.returncode not in good:
            raise StepFailed(f"{what} failed: {' '.join(finished.stderr.split())}")
        return finished

    def _cdktf(self, words: Sequence[str], *, seconds: float) -> None:
        chosen = _toolbox()
        program = toolbox.NODE_MODULES / ".bin" / "cdktf"
        flags = ["--output", str(self.out), "--no-color"]
        if words[0] != "synth":
            # The lock file would lie in cdktf.out, which nobody keeps, and asks the registry.
            flags.append("--skip-provider-lock")
        progress = Progress(self.report, self.started)
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
