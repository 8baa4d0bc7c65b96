"""One deployment: its synthesized stacks, what is done with them, and what their state holds."""

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from threading import Event

from settings import UserError
from settings.errors import show
from studio.errors import StepFailed
from studio.processes.graph import in_order
from studio.terraform.programs import Programs
from studio.terraform.stacks import Stack, levels
from studio.terraform.state import backends, places
from studio.terraform.state.files import Resource
from studio.terraform.synthesis import synthesize
from studio.toolchain import toolbox

_PLANS_AT_ONCE = 3
_PLAN = "studio.plan"
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
    _initialized: set[str] = field(default_factory=set, init=False)

    @cached_property
    def levels(self) -> list[list[Stack]]:
        """Synthesize with ``cdktf synth``; the stacks in levels, each to deploy behind the last.

        See ``synthesize`` for when that is left out.
        """
        # cdktf makes the folder itself, but not the one above it.
        try:
            self.out.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UserError(
                f"--out {self.out}: its folder cannot be made: {error.strerror}; name another one"
            ) from error
        synthesize(self.out, partial(self.programs.cdktf, ["synth"]))
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

    @cached_property
    def programs(self) -> Programs:
        """How cdktf and Terraform are run for it."""
        return Programs(out=self.out, report=self.report, started=self.started)

    @property
    def stacks(self) -> list[Stack]:
        """The stacks in the order in which they can be deployed."""
        return [stack for level in self.levels for stack in level]

    def deploy(self, stacks: Sequence[str]) -> None:
        """``cdktf deploy`` these stacks at once; what they depend on has to be deployed already.

        Raises StepFailed.
        """
        flags = ["--auto-approve", "--skip-synth", "--ignore-missing-stack-dependencies"]
        found = self.named(stacks)
        with self._marked(found):
            self.programs.cdktf(["deploy", *stacks, *flags], seconds=_DEPLOY_SECONDS)
        self._initialized |= set(stacks)

    def destroy(self, stacks: Sequence[str]) -> None:
        """Destroy these stacks, each behind all that depend on it; safe to run again.

        By Terraform itself: ``cdktf destroy`` initializes every stack anew, one after the other,
        and waits for ever for one that depends on these and is not among them.

        Raises StepFailed, also where such a one holds something.
        """
        found = self.named(stacks)
        above: dict[str, set[str]] = {stack.name: set() for stack in self.stacks}
        for stack in self.stacks:
            for below in stack.dependencies:
                above[below].add(stack.name)
        standing = self.standing()
        for stack in found:
            if left := above[stack.name] & standing - set(stacks):
                raise StepFailed(f"{stack.name} cannot go before {', '.join(sorted(left))}")
        in_order(
            {stack.name: partial(self._destroy, stack, stack.name in standing) for stack in found},
            {stack.name: above[stack.name] & set(stacks) for stack in found},
        )

    def resources(self, stacks: Collection[str]) -> dict[str, list[Resource]]:
        """What Terraform's state holds of these stacks; nothing of a stack that is not deployed.

        Raises UserError for a state that is damaged, or cannot be reached.
        """
        folders = {stack.name: stack.folder for stack in self.stacks}
        states = {name: places.recorded(folders[name]).read(name) for name in stacks}
        return {name: list(state.resources) if state else [] for name, state in states.items()}

    def standing(self) -> frozenset[str]:
        """The stacks whose state holds a resource. Raises UserError as ``resources`` does."""
        held = self.resources([stack.name for stack in self.stacks])
        return frozenset(name for name, resources in held.items() if resources)

    def unfinished_stacks(self) -> frozenset[str]:
        """The stacks whose last run did not end, or has not yet. Raises UserError."""
        return frozenset(
            stack.name
            for stack in self.stacks
            if stack.name in places.recorded(stack.folder).unfinished()
        )

    def mark_unfinished(self, stacks: Collection[str]) -> None:
        """Note that a run of these stacks has not ended. Raises UserError."""
        for stack in self.named(stacks):
            places.recorded(stack.folder).mark(stack.name)

    def named(self, names: Collection[str]) -> list[Stack]:
        """The stacks of these names, in the order in which they can be deployed."""
        return [stack for stack in self.stacks if stack.name in names]

    def terraform(self, stack: Stack, *words: str) -> str:
        """What Terraform prints in the folder of a stack. Raises StepFailed."""
        return self.programs.terraform(stack.folder, words).stdout

    @contextmanager
    def _marked(self, stacks: Collection[Stack]) -> Iterator[None]:
        """Note a run that makes things, so that the next one looks if this one does not end."""
        found = [(stack.name, places.recorded(stack.folder)) for stack in stacks]
        for name, place in found:
            place.mark(name)
        yield
        for name, place in found:
            place.unmark(name)

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
        self._init(stack)
        flags = ["-detailed-exitcode", "-input=false", "-no-color", f"-out={_PLAN}"]
        if self.programs.terraform(stack.folder, ["plan", *flags], good=(0, 2)).returncode == 0:
            return None
        return self.programs.terraform(stack.folder, ["show", "-json", _PLAN]).stdout

    def apply(self, stack: Stack) -> None:
        """Apply the very plan that ``plan`` made. Raises StepFailed, also where it is outdated."""
        self._apply(stack, _PLAN)

    def create(self, stack: Stack) -> None:
        """Plan and apply in one go a stack of which nothing stands yet. Raises StepFailed.

        Those that come after it are initialized while it waits for AWS.
        """
        self._init(stack)
        with ThreadPoolExecutor(1) as pool:
            initialized = pool.map(self._init, self.stacks)
            self._apply(stack, "-auto-approve")
        list(initialized)

    def _destroy(self, stack: Stack, stands: bool, halt: Event) -> None:
        if stands:
            self._init(stack)
            words = ["destroy", "-auto-approve", "-input=false", "-no-color"]
            self.programs.watched(stack.folder, words, seconds=_DEPLOY_SECONDS, halt=halt)
        places.recorded(stack.folder).unmark(stack.name)

    def _init(self, stack: Stack) -> None:
        if stack.name in self._initialized:
            return
        self.programs.terraform(stack.folder, ["init", "-input=false", "-no-color"])
        self._initialized.add(stack.name)

    def _apply(self, stack: Stack, what: str) -> None:
        words = ["apply", "-input=false", "-no-color", what]
        with self._marked([stack]):
            self.programs.watched(stack.folder, words, seconds=_DEPLOY_SECONDS)

    def changed(self) -> list[str]:
        """The names of the stacks whose ``terraform plan`` is not empty. Raises StepFailed."""
        with ThreadPoolExecutor(_PLANS_AT_ONCE) as pool:
            plans = pool.map(self._plan, self.stacks)
            return [
                stack.name for stack, changes in zip(self.stacks, plans, strict=True) if changes
            ]

    def _plan(self, stack: Stack) -> bool:
        flags = ["-detailed-exitcode", "-input=false", "-no-color", "-lock=false"]
        return self.programs.terraform(stack.folder, ["plan", *flags], good=(0, 2)).returncode == 2
