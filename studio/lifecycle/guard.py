"""Refuses plans of `up`, `apply`, `resume` that lose data unless allowed; skips empty plans."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial

from settings import Settings
from settings.errors import printable
from studio.aws.client import Aws
from studio.console import output
from studio.errors import RUN_AGAIN, FlagError, StepFailed
from studio.lifecycle.recovery.unfinished import recover_unfinished
from studio.lifecycle.removed_users import delete_apps
from studio.lifecycle.saved_plans import SavedPlans, plan_again
from studio.processes.parallel import run_graph
from studio.review.data_loss import Risk, risks
from studio.review.review import DATA_AT_RISK, risk_lines
from studio.terraform.deployment import PLANS_AT_ONCE, Deployment
from studio.terraform.plan import Plan, read_plan
from studio.terraform.planning import PlanFile, Planner
from studio.terraform.runner import StalePlan
from studio.terraform.stacks import Stack


class DataAtRisk(StepFailed):
    """Plans were not applied because they would lose data."""

    exit_code = DATA_AT_RISK


@dataclass(kw_only=True)
class Guard:
    """Checks the plans of one run of ``studio up``, ``apply`` or ``resume`` for data loss.

    allowed: addresses of resources whose loss is accepted. reviewed: saved plans, which are applied
    instead of new ones. _ahead: the plans of ``plan_all`` that may still be current, by stack.
    _first: whether it is a first deployment.
    """

    settings: Settings
    deployment: Deployment
    allowed: frozenset[str] = frozenset()
    reviewed: SavedPlans | None = None
    _unchanged: set[str] = field(default_factory=set)
    _ahead: dict[str, tuple[PlanFile, Plan]] = field(default_factory=dict)
    _reported: set[str] = field(default_factory=set)
    _first: bool = False

    def plan_all(self) -> list[Plan]:
        """Plan all stacks before any is applied: one may replace the resources of another.

        Plans nothing in a first deployment, which has no data. Raises DataAtRisk, StepFailed.
        """
        if self.reviewed is not None:
            plans = list(self.reviewed.plans.values())
            self._check(plans)
            self._unchanged = set(self.reviewed.unchanged)
            return plans
        deployed = self.deployment.deployed_stacks()
        if not deployed:
            self._first = not self.deployment.unfinished_stacks()
            return []
        self.deployment.report("Planning all stacks")
        ahead = Planner(self.deployment).plan_stacks(deployed)
        self._ahead = {one.stack: (one.file, one.plan) for one in ahead if one.file and one.plan}
        plans = [one.plan for one in ahead if one.plan is not None]
        self._check(plans)
        self._unchanged = {plan.stack for plan in plans if plan.empty}
        return plans

    def deploy(self, stacks: list[Stack]) -> None:
        """Apply these stacks by the plans that were checked.

        Plans a stack again only if its first plan has no file, or its state has changed since.
        Applies none if one of them would lose data. Before that, deletes the apps of spaces
        whose loss is accepted. Checks no plan in a first deployment.
        Raises DataAtRisk, StepFailed.
        """
        for stack in stacks:
            if stack.name in self._unchanged:
                self.deployment.report(f"unchanged {stack.name}")
                self._end_interrupted(stack)
        waiting = [stack for stack in stacks if stack.name not in self._unchanged]
        if not waiting:
            return
        with output.current().stacks(), self.deployment.sharing_provider(waiting[0]):
            if self._first:
                self.deployment.create(waiting)
                return
            tasks = {stack.name: partial(self._plan, stack) for stack in waiting}
            plans = run_graph(tasks, limit=PLANS_AT_ONCE)
            found = [plan for plan in plans.values() if plan is not None]
            if self.reviewed is not None:
                self.reviewed.require_same(found)
            self._check(found)
            delete_apps(Aws(self.settings.region), found, self.deployment.report)
            planned = {plan.stack: plan for plan in found}
            run_graph(
                {
                    stack.name: partial(self._apply, stack, planned[stack.name])
                    for stack in waiting
                    if stack.name in planned
                }
            )

    def _apply(self, stack: Stack, plan: Plan) -> None:
        output.current().board.count(stack.name, plan.operations)
        try:
            self.deployment.apply(stack)
        except StalePlan as stale:
            again = RUN_AGAIN if self.reviewed is None else plan_again(self.reviewed.folder)
            raise StepFailed(f"{stale}; nothing of {stack.name} was applied; {again}") from None

    def _plan(self, stack: Stack) -> Plan | None:
        recover_unfinished(self.deployment, [stack])
        if self.reviewed is not None and (file := self.reviewed.files.get(stack.name)):
            printed = self.deployment.load_plan(stack, content=file.content, lock=file.lock)
            return read_plan(printed, stack=stack.name)
        file, plan = self._ahead.pop(stack.name, (None, None))
        if file is not None and file.reuse(self.deployment, stack):
            return plan
        if (planned := self.deployment.plan(stack)) is not None:
            return read_plan(planned, stack=stack.name)
        self._end_interrupted(stack)
        return None

    def _end_interrupted(self, stack: Stack) -> None:
        """Mark an interrupted run as finished: an empty plan has no apply that does it."""
        if stack.name in self.deployment.unfinished_stacks():
            self.deployment.mark_finished(stack)

    def _check(self, plans: Iterable[Plan]) -> None:
        """Report each risk once. Raises DataAtRisk for one that is not allowed."""
        found = risks(plans, self.settings)
        refused = [risk for risk in found if not risk.is_allowed(self.allowed)]
        for risk in found:
            if risk.address in self._reported:
                continue
            self._reported.add(risk.address)
            first, *rest = risk_lines(risk)
            if risk in refused:
                again = "" if self.reviewed is None else "plan again with "
                rest.append(risk.remedy(f"{again}--allow"))
            self.deployment.report(f"{'!' if risk in refused else 'allowed:'} {first}")
            for line in rest:
                self.deployment.report(f"    {line}")
        if refused:
            raise DataAtRisk(_in_one_line(refused))


def require_addresses(deployment: Deployment, allow: Iterable[str]) -> None:
    """Raise FlagError for an address that no state has: a misspelled one would allow nothing.

    One that is not at risk is accepted, so that the same command can continue an interrupted run.
    """
    stacks = [stack.name for stack in deployment.stacks]
    held = {
        resource.address
        for resources in deployment.resources(stacks).values()
        for resource in resources
    }
    for address in allow:
        if address not in held:
            raise FlagError(
                f"--allow {printable(address)}: no resource of the deployment has this address; "
                "`studio review` lists those that are at risk"
            )


def _in_one_line(refused: list[Risk]) -> str:
    settings = dict.fromkeys(setting for risk in refused for setting in risk.settings)
    why = f" because of {', '.join(settings)}" if settings else ""
    more = f", and {len(refused) - 1} more would be lost" if len(refused) > 1 else ""
    stacks = ", ".join(dict.fromkeys(risk.stack for risk in refused))
    fixed = [risk.remedy() for risk in refused if not risk.allowable]
    remedy = fixed[0] if fixed else "`studio review` shows the --allow that accepts each loss"
    return (
        f"data is at risk{why}: {risk_lines(refused[0])[0]}{more}; nothing of {stacks} was "
        f"applied; {remedy}"
    )
