"""The real cdktf command line and the real Terraform, run for one folder of synthesized stacks."""

import subprocess
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path

from scripts.support import processes, toolbox
from scripts.support.failures import StepFailed
from scripts.support.progress import Progress, lock_in
from scripts.support.recovery.recover import recover
from scripts.support.recovery.tainted import keep
from scripts.support.stacks import Stack, levels
from scripts.support.state import backends, places
from scripts.support.state.files import Resource
from scripts.support.state.locks import Locked
from settings import UserError
from settings.errors import show

_PLANS_AT_ONCE = 3
_PLAN = "studio.plan"
_SYNTH_SECONDS = 300.0
_DEPLOY_SECONDS = 5400.0
"""The provider waits up to 20 minutes for a domain and 10 for an image; a stack may hold both."""


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
        found = levels(self.out)
        for stack in (stack for level in found for stack in level):
            backends.settle(stack.name, stack.folder)
            serial = places.recorded(stack.folder).mend(stack.name)
            if serial is not None:
                self.report(
                    f"{stack.name}: its state was cut short by a killed run; serial {serial} "
                    "is taken from the backup"
                )
        return found

    @property
    def stacks(self) -> list[Stack]:
        """The stacks in the order in which they can be deployed."""
        return [stack for level in self.levels for stack in level]

    def deploy(self, stacks: Sequence[str]) -> None:
        """``cdktf deploy`` these stacks at once; what they depend on has to be deployed already.

        Raises StepFailed.
        """
        flags = ["--auto-approve", "--skip-synth", "--ignore-missing-stack-dependencies"]
        found = self._named(stacks)
        self._recover(found)
        with self._marked(found):
            self._cdktf(["deploy", *stacks, *flags], seconds=_DEPLOY_SECONDS)

    def destroy(self, stacks: Sequence[str]) -> None:
        """``cdktf destroy`` these stacks and, with them, all that depend on them.

        Raises StepFailed, also where a stack that depends on one of them holds something and is not
        among them.
        """
        named, words = set(stacks), ["destroy", *stacks, "--auto-approve", "--skip-synth"]
        above = [one for one in self.stacks if one.name not in named and one.dependencies & named]
        if above:
            for name, held in self.resources([stack.name for stack in above]).items():
                if held:
                    raise StepFailed(f"{name} stands on {', '.join(sorted(named))}")
            # Without it, cdktf would wait for them for ever.
            words.append("--ignore-missing-stack-dependencies")
        found = self._named(stacks)
        self._recover(found)
        self._cdktf(words, seconds=_DEPLOY_SECONDS)
        for stack in found:
            places.recorded(stack.folder).unmark(stack.name)

    def resources(self, stacks: Collection[str]) -> dict[str, list[Resource]]:
        """What Terraform's state holds of these stacks; nothing of a stack that is not deployed.

        Raises UserError for a state that is damaged, or cannot be reached.
        """
        folders = {stack.name: stack.folder for stack in self.stacks}
        states = {name: places.recorded(folders[name]).read(name) for name in stacks}
        return {name: list(state.resources) if state else [] for name, state in states.items()}

    @property
    def unfinished(self) -> bool:
        """Whether a run that made things did not end, in any stack. Raises UserError."""
        return any(
            stack.name in places.recorded(stack.folder).unfinished() for stack in self.stacks
        )

    def keep_unfinished(self) -> frozenset[str]:
        """See ``recovery.tainted.keep``; the addresses, in all stacks, of what failed to be made.

        Raises UserError (StepFailed where Terraform or AWS failed).
        """
        failed: set[str] = set()
        for stack in self.stacks:
            place = places.recorded(stack.folder)
            if stack.name in place.unfinished() and (state := place.read(stack.name)):
                run = partial(self._words, stack.folder)
                failed |= keep(run, stack.folder, state.resources, report=self.report)
        return frozenset(failed)

    def unfinished_stacks(self) -> frozenset[str]:
        """The stacks whose last run did not end, or has not yet. Raises UserError."""
        return frozenset(
            stack.name
            for stack in self.stacks
            if stack.name in places.recorded(stack.folder).unfinished()
        )

    def adopt(self) -> None:
        """Make a state of what stands, for the stacks that have none; safe to run again.

        Nothing is changed in AWS. What is not found, as images before they are pushed, the next
        run looks for again. Raises UserError (StepFailed where Terraform or AWS failed).
        """
        for name, held in self.resources([stack.name for stack in self.stacks]).items():
            if not held:
                (stack,) = self._named([name])
                places.recorded(stack.folder).mark(name)
        for stack in self._named(self.unfinished_stacks()):
            self._recover([stack])
            if self.resources([stack.name])[stack.name]:
                # An import leaves out the outputs, which the next stacks are planned with.
                flags = ["-refresh-only", "-auto-approve", "-input=false", "-no-color"]
                self.terraform(stack.folder, ["apply", *flags])

    def _recover(self, stacks: Collection[Stack]) -> None:
        """Take into state what an earlier run made in these stacks and could not write down."""
        for stack in stacks:
            if stack.name in places.recorded(stack.folder).unfinished():
                run = partial(self._words, stack.folder)
                recover(run, stack.folder, report=self.report)

    @contextmanager
    def _marked(self, stacks: Collection[Stack]) -> Iterator[None]:
        """Note a run that makes things, so that the next one looks if this one does not end."""
        found = [(stack.name, places.recorded(stack.folder)) for stack in stacks]
        for name, place in found:
            place.mark(name)
        yield
        for name, place in found:
            place.unmark(name)

    def _named(self, names: Collection[str]) -> list[Stack]:
        return [stack for stack in self.stacks if stack.name in names]

    def _words(self, folder: Path, *words: str) -> str:
        return self.terraform(folder, words).stdout

    def output(self, stack: str, name: str) -> str | None:
        """A string output of a stack from its state; None where the stack is not deployed.

        Raises UserError for a state that is damaged, or cannot be reached.
        """
        folder = next(found.folder for found in self.stacks if found.name == stack)
        state = places.recorded(folder).read(stack)
        value = None if state is None else state.outputs.get(name)
        if value is None or isinstance(value, str):
            return value
        raise UserError(f"{stack}: its state holds no text as the output {name}: {show(value)}")

    def plan(self, stack: Stack) -> str | None:
        """Plan a stack, for ``apply``; the plan as Terraform's JSON, None where nothing changes.

        Raises StepFailed.
        """
        self.terraform(stack.folder, ["init", "-input=false", "-no-color"])
        self._recover([stack])
        flags = ["-detailed-exitcode", "-input=false", "-no-color", f"-out={_PLAN}"]
        if self.terraform(stack.folder, ["plan", *flags], good=(0, 2)).returncode == 0:
            return None
        return self.terraform(stack.folder, ["show", "-json", _PLAN]).stdout

    def apply(self, stack: Stack) -> None:
        """Apply the very plan that ``plan`` made. Raises StepFailed, also where it is outdated."""
        chosen = _toolbox()
        words = ["apply", "-input=false", "-no-color", _PLAN]
        with self._marked([stack]):
            code, log = self._stream(
                [chosen.terraform, *words],
                cwd=stack.folder,
                env=toolbox.environment(chosen),
                seconds=_DEPLOY_SECONDS,
                each=lambda line: f"{stack.name}  {line}",
                asked_first=True,
            )
            if code:
                failed = f"`terraform apply` of {stack.name} failed; its output is in {log}"
                raise StepFailed(failed)

    def changed(self) -> list[str]:
        """The names of the stacks whose ``terraform plan`` is not empty. Raises StepFailed."""
        with ThreadPoolExecutor(_PLANS_AT_ONCE) as pool:
            plans = pool.map(self._plan, self.stacks)
            return [
                stack.name for stack, changes in zip(self.stacks, plans, strict=True) if changes
            ]

    def _plan(self, stack: Stack) -> bool:
        flags = ["-detailed-exitcode", "-input=false", "-no-color", "-lock=false"]
        return self.terraform(stack.folder, ["plan", *flags], good=(0, 2)).returncode == 2

    def terraform(
        self, folder: Path, words: Sequence[str], *, good: Sequence[int] = (0,)
    ) -> subprocess.CompletedProcess[str]:
        """Run Terraform in ``folder``, named like its stack.

        Raises StepFailed unless its exit code is ``good``, Locked where somebody holds the state.
        """
        chosen = _toolbox()
        what = f"terraform {words[0]} of {folder.name}"
        try:
            finished = processes.captured(
                [chosen.terraform, *words],
                cwd=folder,
                env=toolbox.environment(chosen),
                seconds=_SYNTH_SECONDS,
            )
        except subprocess.TimeoutExpired:
            raise StepFailed(f"{what} did not end within {_SYNTH_SECONDS:.0f} seconds") from None
        if finished.returncode not in good:
            if lock := lock_in(finished.stderr, stack=folder.name):
                raise Locked(lock)
            raise StepFailed(f"{what} failed: {' '.join(finished.stderr.split())}")
        return finished

    def _cdktf(self, words: Sequence[str], *, seconds: float) -> None:
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
    ) -> tuple[int, Path]:
        """Run it under ``processes.stream``, its lines into log and progress; exit code and log."""
        progress = Progress(self.report, self.started)
        log = self.out.parent / "studio.log"
        with log.open("a", buffering=1, encoding="utf-8") as file:

            def each_line(line: str) -> None:
                file.write(each(line) + "\n")
                progress.line(each(line))

            try:
                code = processes.stream(
                    command,
                    env=env,
                    cwd=cwd,
                    seconds=seconds,
                    each_line=each_line,
                    asked_first=asked_first,
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
