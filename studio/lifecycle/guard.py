"""Keeps ``studio up`` from losing data: looks at what would happen before it does."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from settings import Settings
from settings.errors import printable
from studio.errors import StepFailed
from studio.lifecycle.recovery.unfinished import recover_unfinished
from studio.review.review import DATA_AT_RISK, risk_lines
from studio.review.risks import Risk, risks
from studio.terraform.deployment import PLANS_AT_ONCE, Deployment
from studio.terraform.plan import Plan, read_plan
from studio.terraform.planning import Planner
from studio.terraform.stacks import Stack


class DataAtRisk(StepFailed):
    """What would be done was not, because it would lose data."""

    exit_code = DATA_AT_RISK


@dataclass(kw_only=True)
class Guard:
    """Judges the plans of one run of ``studio up``.

    allowed: addresses of what may be lost.
    """

    settings: Settings
    deployment: Deployment
    allowed: frozenset[str] = frozenset()
    _unchanged: set[str] = field(default_factory=set)
    _first: bool = False

    def look_ahead(self) -> None:
        """Look at all stacks before any is applied: what one changes may replace another's.

        Nothing is planned in a first deployment, which has nothing to lose.
        Raises DataAtRisk, StepFailed.
        """
        standing = self.deployment.standing()
        if not standing:
            self._first = not self.deployment.unfinished_stacks()
            return
        self.deployment.report("Looking at what would change, and whether data is at risk")
        plans = [
            look.plan for look in Planner(self.deployment).look(standing) if look.plan is not None
        ]
        found = self._judge(plans)
        for address in sorted(self.allowed - {risk.address for risk in found}):
            self.deployment.report(
                f"--allow {printable(address)}: nothing of that address is at risk"
            )
        self._unchanged = {plan.stack for plan in plans if plan.empty}

    def deploy(self, stacks: list[Stack]) -> None:
        """Apply these stacks, where something changes, by the very plans that were judged.

        None is applied where one of them would lose data. In a first deployment, where there is
        nothing that could be lost, no plan is judged.
        Raises DataAtRisk, StepFailed.
        """
        for stack in stacks:
            if stack.name in self._unchanged:
                self.deployment.report(f"unchanged {stack.name}")
        waiting = [stack for stack in stacks if stack.name not in self._unchanged]
        if self._first:
            self.deployment.create(waiting)
            return
        with ThreadPoolExecutor(PLANS_AT_ONCE) as pool:
            plans = zip(waiting, pool.map(self._plan, waiting), strict=True)
            planned = [(stack, plan) for stack, plan in plans if plan is not None]
        self._judge(read_plan(plan, stack=stack.name) for stack, plan in planned)
        for stack, _ in planned:
            self.deployment.apply(stack)

    def _plan(self, stack: Stack) -> str | None:
        recover_unfinished(self.deployment, [stack])
        return self.deployment.plan(stack)

    def _judge(self, plans: Iterable[Plan]) -> list[Risk]:
        """What is at risk and allowed to be. Raises DataAtRisk where something is not."""
        found = risks(plans, self.settings)
        refused = [risk for risk in found if risk.address not in self.allowed]
        for risk in found:
            first, *rest = risk_lines(risk)
            if risk in refused:
                rest.append(f"to let it go: --allow {printable(risk.address)}")
            self.deployment.report(f"{'!' if risk in refused else 'allowed:'} {first}")
            for line in rest:
                self.deployment.report(f"    {line}")
        if refused:
            raise DataAtRisk(_in_one_line(refused))
        return found


def _in_one_line(refused: list[Risk]) -> str:
    settings = dict.fromkeys(setting for risk in refused for setting in risk.settings)
    why = f" because of {', '.join(settings)}" if settings else ""
    more = f", and {len(refused) - 1} more would be lost" if len(refused) > 1 else ""
    stacks = ", ".join(dict.fromkeys(risk.stack for risk in refused))
    return (
        f"data is at risk{why}: {risk_lines(refused[0])[0]}{more}; nothing of {stacks} was "
        f"applied; --allow {refused[0].address} lets it go"
    )
