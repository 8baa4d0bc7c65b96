"""Plans all stacks, without a lock, before any is applied; which plan `apply` can use later."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from studio.console import output
from studio.errors import StepFailed
from studio.processes.parallel import run_graph
from studio.terraform.deployment import PLAN_FILE, PLANS_AT_ONCE, Deployment
from studio.terraform.initialization import LOCK_FILE
from studio.terraform.plan import Plan, read_plan
from studio.terraform.preview import asks_ecr, preview
from studio.terraform.stacks import Stack, read_configuration, write_configuration
from studio.terraform.unchanged import changes_nothing, unchanged_plan


@dataclass(frozen=True, kw_only=True)
class PlanFile:
    """A plan that Terraform can apply.

    lock: the lock file of its providers. state: lineage and serial of the state that it was made
    from; None for a plan of an earlier command.
    """

    content: bytes
    lock: bytes
    state: tuple[str, int] | None = None

    def reuse(self, deployment: Deployment, stack: Stack) -> bool:
        """Write it for ``deployment.apply``; returns False if state or providers have changed.

        Raises StepFailed, UserError.
        """
        deployment.initialize(stack)
        if (self.state, self.lock) != (_state_version(deployment, stack), _lock(stack.folder)):
            return False
        (stack.folder / PLAN_FILE).write_bytes(self.content)
        return True


@dataclass(frozen=True, kw_only=True)
class StackPlan:
    """The plan of a stack; None if the stack can be planned only after others are deployed.

    deployed: whether its state holds resources. rehearsed: whether the plan is of an emulated AWS.
    file: the plan for ``terraform apply``; None if a dependency of the stack changes first.
    """

    stack: str
    deployed: bool
    plan: Plan | None
    rehearsed: bool = False
    file: PlanFile | None = None


class Planner:
    """Plans the stacks of a deployment in folders beside their own."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment

    def plan_stacks(self, deployed: frozenset[str]) -> list[StackPlan]:
        """The plan of each stack, as if its dependencies were applied.

        deployed: the stacks whose state holds resources. If there are none, a stack with
        dependencies has no plan: its data sources do not exist yet. Raises StepFailed, UserError.
        """
        first, *_ = self._deployment.stacks
        folder = self._folder(first)
        self._write(folder, read_configuration(first.folder))
        self._deployment.initialization.run(folder)
        planned: dict[str, Plan] = {}

        def plan_stack(stack: Stack) -> StackPlan:
            if not deployed and stack.dependencies:
                return StackPlan(stack=stack.name, deployed=False, plan=None)
            plan, file = self._plan(stack, planned)
            planned[stack.name] = plan
            return StackPlan(
                stack=stack.name, deployed=stack.name in deployed, plan=plan, file=file
            )

        stacks = self._deployment.stacks
        tasks = {stack.name: partial(plan_stack, stack) for stack in stacks}
        after = {stack.name: stack.dependencies for stack in stacks}
        with self._deployment.runner.sharing_provider(folder), output.current().stacks():
            return list(run_graph(tasks, after, limit=PLANS_AT_ONCE).values())

    def _plan(self, stack: Stack, planned: Mapping[str, Plan]) -> tuple[Plan, PlanFile | None]:
        folder = self._folder(stack)
        configuration = read_configuration(stack.folder)
        before = {name: planned[name] for name in stack.dependencies if name in planned}
        upstream = {name: plan.outputs for name, plan in before.items()}
        as_deployed = all(plan.empty for plan in before.values())
        self._write(folder, configuration if as_deployed else preview(configuration, upstream))
        self._deployment.initialization.run(folder)
        state = _state_version(self._deployment, stack)
        try:
            plan, file = self._planned(stack, folder), None
            if as_deployed:
                content = (folder / PLAN_FILE).read_bytes()
                file = PlanFile(content=content, lock=_lock(folder), state=state)
            return plan, file
        except StepFailed:
            if not asks_ecr(configuration):
                raise
        self._write(folder, preview(configuration, upstream, pushed=False))
        return self._planned(stack, folder), None

    def _planned(self, stack: Stack, folder: Path) -> Plan:
        words = ["plan", "-input=false", "-lock=false", f"-out={PLAN_FILE}"]
        if changes_nothing(self._run(folder, *words)):
            state = self._deployment.store.read(stack.name)
            if state is not None:
                return unchanged_plan(state, stack=stack.name)
        return read_plan(self._run(folder, "show", "-json", PLAN_FILE), stack=stack.name)

    def _run(self, folder: Path, *words: str) -> str:
        return self._deployment.runner.run(folder, [*words, "-no-color"]).stdout

    def _folder(self, stack: Stack) -> Path:
        """At the depth of the stack's own folder: the path of a local state is relative."""
        return self._deployment.out / "review" / stack.name

    def _write(self, folder: Path, configuration: Mapping[str, Any]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        write_configuration(folder, configuration)


def _lock(folder: Path) -> bytes:
    file = folder / LOCK_FILE
    return file.read_bytes() if file.exists() else b""


def _state_version(deployment: Deployment, stack: Stack) -> tuple[str, int]:
    state = deployment.store.read(stack.name)
    return ("", 0) if state is None else (state.lineage, state.serial)
