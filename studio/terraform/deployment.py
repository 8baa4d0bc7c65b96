"""A deployment: its synthesized stacks, their states, and Terraform's commands on them."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

from settings import Settings, UserError
from settings.errors import show
from studio.console import output
from studio.console.reports import Report
from studio.errors import StepFailed
from studio.processes.parallel import run_graph
from studio.terraform.file_locks import lock_folder
from studio.terraform.initialization import LOCK_FILE, Initialization, share
from studio.terraform.runner import Terraform
from studio.terraform.stacks import Stack, levels
from studio.terraform.state import stores
from studio.terraform.state.files import Resource
from studio.terraform.state.folder import Folder
from studio.terraform.state.stores import StateStore
from studio.terraform.synthesis import NO_INPUTS, copy_synthesis, make_folder, synthesize

PLANS_AT_ONCE = 3
"""Plans take processor time. Applies mostly wait for AWS, and have no limit."""
PLAN_FILE = "studio.plan"
"""The plan of a stack, in its folder."""


@dataclass(kw_only=True)
class Deployment:
    """A deployment. out: its cdktf.out. state_folder: the folder of its local states.

    report: takes each line of progress. log: has Terraform's output; None in a temporary folder.
    writable: whether commands may change its states and AWS.
    """

    settings: Settings
    out: Path
    report: Report = output.progress
    state_folder: Path = field(init=False)
    log: Path | None = field(init=False)
    writable: bool = field(default=True, init=False)

    def __post_init__(self) -> None:
        self.state_folder = self.out.parent
        self.log = self.out.parent / "studio.log"

    @classmethod
    @contextmanager
    def read_only(
        cls,
        *,
        settings: Settings,
        out: Path,
        inputs: Mapping[str, str] = NO_INPUTS,
        report: Report = output.progress,
    ) -> Iterator[Self]:
        """The deployment in ``out``, with its stacks in a temporary folder, for read-only commands.

        Writes nothing beside ``out``. inputs: see ``synthesize``. Raises UserError.
        """
        with TemporaryDirectory(prefix="studio-") as folder:
            deployment = cls(settings=settings, out=Path(folder) / "cdktf.out", report=report)
            deployment.state_folder, deployment.writable = out.parent, False
            deployment.log = None
            copy_synthesis(out, deployment.out, config=settings.file, inputs=inputs)
            for stack in deployment.stacks:
                state = f"terraform.{stack.name}.tfstate"
                (Path(folder) / state).symlink_to((out.parent / state).resolve())
                for before in (out / "review", out / "stacks"):
                    share(before / stack.name, stack.folder)
                before = out / "stacks" / stack.name
                stores.require_moved(stack.name, before, deployment.store, name=settings.name)
            yield deployment

    @cached_property
    def store(self) -> StateStore:
        return stores.store_of(self.settings, self.state_folder)

    @cached_property
    def runner(self) -> Terraform:
        return Terraform(log=self.log, store=self.store, report=self.report)

    @cached_property
    def initialization(self) -> Initialization:
        return Initialization(out=self.out, runner=self.runner)

    def synthesize(self) -> None:
        """Write the stacks to ``out``, as ``synthesis.synthesize`` does.

        Locks ``out`` until this process ends. Raises UserError.
        """
        make_folder(self.out)
        lock_folder(self.out)
        with output.current().work("synthesizing the stacks"):
            synthesize(self.out, config=self.settings.file)
        output.current().board.expect({one.name: one.dependencies for one in self.stacks})

    def prepare(self) -> None:
        """Synthesize, and restore states that a killed run truncated.

        Raises UserError, also if a state is left in another store.
        """
        self.synthesize()
        for stack in self.stacks:
            stores.require_moved(stack.name, stack.folder, self.store, name=self.settings.name)
            store = self.store
            if isinstance(store, Folder) and (serial := store.restore(stack.name)) is not None:
                self.report(
                    f"{stack.name}: a killed run truncated its state; serial {serial} is restored "
                    "from the backup"
                )

    @cached_property
    def levels(self) -> list[list[Stack]]:
        """The stacks, each in a level after its dependencies. Raises UserError before synthesis."""
        return levels(self.out)

    @property
    def stacks(self) -> list[Stack]:
        """The stacks in the order of their deployment."""
        return [stack for level in self.levels for stack in level]

    def named(self, names: Collection[str]) -> list[Stack]:
        """The stacks of these names, in the order of their deployment."""
        return [stack for stack in self.stacks if stack.name in names]

    def resources(self, stacks: Collection[str]) -> dict[str, list[Resource]]:
        """The resources in the states of these stacks. Raises UserError if one cannot be read."""
        states = {name: self.store.read(name) for name in stacks}
        return {name: list(state.resources) if state else [] for name, state in states.items()}

    def deployed_stacks(self) -> frozenset[str]:
        """The stacks whose state holds resources. Raises UserError if a state cannot be read."""
        held = self.resources([stack.name for stack in self.stacks])
        return frozenset(name for name, resources in held.items() if resources)

    def output(self, stack: str, name: str) -> str | None:
        """A string output of a stack; None before its deployment.

        Raises UserError if the state cannot be read.
        """
        state = self.store.read(stack)
        value = None if state is None else state.outputs.get(name)
        if value is None or isinstance(value, str):
            return value
        raise UserError(f"{stack}: the output {name} in its state is no string: {show(value)}")

    def unfinished_stacks(self) -> frozenset[str]:
        """The stacks whose last run has not ended, or was killed. Raises UserError."""
        return frozenset(self.store.unfinished())

    def mark_unfinished(self, stacks: Collection[str]) -> None:
        """Record that a run of these stacks has not ended. Raises UserError."""
        for name in stacks:
            self.store.mark(name)

    def mark_finished(self, stack: Stack) -> None:
        """Record that a stack's state holds all of its resources. Raises UserError."""
        self.store.unmark(stack.name)

    def terraform(self, stack: Stack, *words: str) -> str:
        """The output of a Terraform command in a stack's folder. Raises StepFailed."""
        return self.runner.run(stack.folder, words).stdout

    def plan(self, stack: Stack) -> str | None:
        """Plan a stack for ``apply``; returns the plan as JSON, None if nothing changes.

        Raises StepFailed.
        """
        self.initialize(stack)
        if not self._plan(stack, f"-out={PLAN_FILE}"):
            return None
        return self.terraform(stack, "show", "-json", PLAN_FILE)

    def load_plan(self, stack: Stack, *, content: bytes, lock: bytes) -> str:
        """Load a saved plan for ``apply``; returns it as JSON.

        lock: the lock file of its providers; refuses others. Raises StepFailed.
        """
        if lock:
            (stack.folder / LOCK_FILE).write_bytes(lock)
        self.initialization.run_once(stack, *["-lockfile=readonly"] * bool(lock))
        (stack.folder / PLAN_FILE).write_bytes(content)
        return self.terraform(stack, "show", "-json", PLAN_FILE)

    def apply(self, stack: Stack) -> None:
        """Apply the plan of ``plan`` or ``load_plan``. Raises StepFailed, StalePlan."""
        self._apply(stack, PLAN_FILE)

    def create(self, stacks: Collection[Stack]) -> None:
        """Deploy new stacks in parallel, without saved plans; their dependencies are deployed.

        Initializes the other stacks meanwhile. Raises StepFailed.
        """
        created = {stack.name for stack in stacks}
        others = [stack for stack in self.stacks if stack.name not in created]
        run_graph(
            {stack.name: partial(self._create, stack) for stack in stacks}
            | {stack.name: partial(self.initialize, stack) for stack in others},
        )

    def destroy(self, stacks: Collection[str]) -> None:
        """Destroy these stacks, each after its dependents; can be repeated.

        Raises StepFailed, also if another deployed stack depends on them.
        """
        found = self.named(stacks)
        dependents: dict[str, set[str]] = {stack.name: set() for stack in self.stacks}
        for stack in self.stacks:
            for dependency in stack.dependencies:
                dependents[dependency].add(stack.name)
        deployed = self.deployed_stacks()
        for stack in found:
            if left := dependents[stack.name] & deployed - set(stacks):
                raise StepFailed(
                    f"{stack.name} cannot be destroyed before {', '.join(sorted(left))}"
                )
        with output.current().stacks():
            run_graph(
                {one.name: partial(self._destroy, one, one.name in deployed) for one in found},
                {one.name: dependents[one.name] & set(stacks) for one in found},
            )

    def changed(self) -> list[str]:
        """The stacks whose plan is not empty. Raises StepFailed."""
        plans = {
            stack.name: partial(self._plan, stack, flag="-lock=false") for stack in self.stacks
        }
        return [name for name, found in run_graph(plans, limit=PLANS_AT_ONCE).items() if found]

    def _plan(self, stack: Stack, flag: str) -> bool:
        words = ["plan", "-detailed-exitcode", "-input=false", flag]
        return self.runner.run(stack.folder, words, good=(0, 2)).returncode == 2

    def initialize(self, stack: Stack) -> None:
        """Initialize the stack's own folder, once. Raises StepFailed."""
        self.initialization.run_once(stack)

    @contextmanager
    def sharing_provider(self, stack: Stack) -> Iterator[None]:
        """Share one process of the AWS provider among all stacks. Raises StepFailed."""
        self.initialize(stack)
        with self.runner.sharing_provider(stack.folder):
            yield

    def _create(self, stack: Stack) -> None:
        self.initialize(stack)
        self._apply(stack, "-auto-approve")

    def _apply(self, stack: Stack, what: str) -> None:
        # After a killed run, the next one searches for the resources of marked stacks.
        self.store.mark(stack.name)
        # No -lock-timeout, as in `_destroy`: after a wait, the plan would be outdated.
        words = ["apply", "-input=false", what]
        self.runner.stream(stack.folder, words)
        self.store.unmark(stack.name)

    def _destroy(self, stack: Stack, deployed: bool) -> None:
        if deployed:
            stack.prepare_destroy()
            self.initialize(stack)
            words = ["destroy", "-auto-approve", "-input=false"]
            self.runner.stream(stack.folder, words)
        self.store.unmark(stack.name)
