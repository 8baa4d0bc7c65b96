"""The review of a deployment's plans: its verdict, its exit code, the order of the changes."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from settings import Settings
from studio.review import labels
from studio.review.data_loss import Risk, risks
from studio.review.plan_costs import Cost, costs
from studio.review.security_rules import RuleResult, check_rules
from studio.terraform.plan import Action, Change
from studio.terraform.planning import StackPlan

SAFE, ERROR, DATA_AT_RISK = 0, 1, 3


@dataclass(frozen=True, kw_only=True)
class Review:
    """The plans of all stacks, in the order of their deployment, and their risks and costs.

    internet_routes: the routes of an existing VPC to the internet. cleared: what `studio up` clears
    through the API, because Terraform cannot. account: empty if the plans are from files. allowed:
    addresses of resources whose loss is accepted.
    """

    settings: Settings
    stack_plans: tuple[StackPlan, ...]
    risks: tuple[Risk, ...]
    costs: tuple[Cost, ...]
    rules: tuple[RuleResult, ...]
    internet_routes: tuple[str, ...] = ()
    cleared: tuple[str, ...] = ()
    account: str = ""
    allowed: frozenset[str] = frozenset()

    @property
    def exit_code(self) -> int:
        """3 if data is at risk that is not allowed, 1 if a rule is broken, else 0."""
        if not all(map(self.is_allowed, self.risks)):
            return DATA_AT_RISK
        return ERROR if self.broken_rules else SAFE

    @property
    def severity(self) -> int:
        """The exit code, or 1 if every loss of data is allowed."""
        return self.exit_code or (ERROR if self.risks else SAFE)

    def is_allowed(self, risk: Risk) -> bool:
        return risk.is_allowed(self.allowed)

    def remedy(self, risk: Risk) -> str:
        """What accepts or prevents the loss, or that it is accepted."""
        return "accepted by --allow" if self.is_allowed(risk) else risk.remedy()

    @property
    def broken_rules(self) -> list[RuleResult]:
        return [rule for rule in self.rules if rule.broken_by]

    @property
    def changes(self) -> list[Change]:
        return [change for plan in self.stack_plans for change in planned_changes(plan)]

    @property
    def rehearsed(self) -> list[str]:
        """The stacks whose plans are from an emulated AWS."""
        return [plan.stack for plan in self.stack_plans if plan.rehearsed]

    @property
    def counts(self) -> Mapping[Action, int]:
        return Counter(change.action for change in self.changes)

    @property
    def usd_before(self) -> float:
        return sum(cost.usd_before for cost in self.costs)

    @property
    def usd_after(self) -> float:
        return sum(cost.usd_after for cost in self.costs)

    @property
    def verdict(self) -> str:
        """The review in one line, the most severe result first."""
        if not self.internet_routes:
            return self._verdict_of_plans
        first, *others = self.internet_routes
        more = f" and {len(others)} more routes" if others else ""
        return f"Not private: {first}{more}. {self._verdict_of_plans}"

    @property
    def _verdict_of_plans(self) -> str:
        broken = [f"{rule.name} ({_first(rule.broken_by)})" for rule in self.broken_rules]
        if self.risks:
            # Those that are not allowed first.
            first, others = min(self.risks, key=self.is_allowed), len(self.risks) - 1
            more = f"; {others} more below" if others else ""
            rules = f"; rules broken: {len(broken)}" if broken else ""
            kind = "Data loss accepted" if self.is_allowed(first) else "Data at risk"
            return f"{kind}: {risk_lines(first)[0]}{more}{rules}."
        if broken:
            return f"Rule broken: {'; '.join(broken)}. No data is at risk."
        planned = f"Safe: {labels.summarize(self.counts)}" if self.changes else "No changes"
        if self.cleared:
            planned += f", {len(self.cleared)} to clear through the API"
        return f"{planned}, no data is at risk, no rule is broken."


def review_plans(
    stack_plans: Iterable[StackPlan],
    settings: Settings,
    *,
    internet_routes: tuple[str, ...] = (),
    cleared: Iterable[str] = (),
    account: str = "",
) -> Review:
    """The review of the plans. For the parameters, see ``Review``."""
    stack_plans = tuple(stack_plans)
    plans = [one.plan for one in stack_plans if one.plan is not None]
    return Review(
        settings=settings,
        stack_plans=stack_plans,
        risks=tuple(risks(plans, settings)),
        costs=tuple(costs(plans, endpoint_zones=settings.network.endpoint_subnets)),
        rules=tuple(check_rules(change for plan in plans for change in plan.changes)),
        internet_routes=internet_routes,
        cleared=tuple(cleared),
        account=account,
    )


def planned_changes(stack_plan: StackPlan) -> list[Change]:
    """The changes of a stack, by severity, then by the importance of their type."""
    changes = stack_plan.plan.changes if stack_plan.plan is not None else ()
    return sorted(
        (change for change in changes if change.action is not Action.NOTHING),
        key=lambda change: (
            labels.ACTIONS.index(change.action),
            labels.rank(change.type),
            change.address,
        ),
    )


def risk_lines(risk: Risk) -> list[str]:
    """The change and the loss, the changed attributes, and the setting that causes the change."""
    differs = labels.changed_attributes(risk.change)
    lines = [f"{risk_title(risk)}: {risk.loss}"]
    if differs:
        lines.append(f"because: {differs}")
    if risk.settings:
        lines.append(f"setting: {', '.join(risk.settings)}")
    return lines


def risk_title(risk: Risk) -> str:
    resource = labels.title(risk.change)
    resource = resource[:1].upper() + resource[1:]
    if risk.action is Action.GONE:
        return f"{resource} is {risk.action}"
    return f"{resource} would be {risk.action}{' in place' if risk.action is Action.UPDATE else ''}"


def usd(amount: float) -> str:
    return f"{amount:.2f} USD"


def _first(changes: tuple[Change, ...]) -> str:
    more = f" and {len(changes) - 1} more" if len(changes) > 1 else ""
    return labels.title(changes[0]) + more
