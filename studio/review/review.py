"""All that is told of a deployment's plans, whatever it is then written as."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from settings import Settings
from studio.review import labels
from studio.review.costs import Cost, costs
from studio.review.risks import Risk, risks
from studio.review.rules import Verdict, verdicts
from studio.terraform.plan import Action, Change
from studio.terraform.planning import StackPlan

SAFE, ERROR, DATA_AT_RISK = 0, 1, 3


@dataclass(frozen=True, kw_only=True)
class Review:
    """The looks at all stacks, in the order of their deployment, and what follows from them."""

    name: str
    region: str
    looks: tuple[StackPlan, ...]
    risks: tuple[Risk, ...]
    costs: tuple[Cost, ...]
    verdicts: tuple[Verdict, ...]

    @property
    def exit_code(self) -> int:
        """3 where data is at risk, 1 where a rule is broken, else 0."""
        if self.risks:
            return DATA_AT_RISK
        return ERROR if self.broken else SAFE

    @property
    def broken(self) -> list[Verdict]:
        """The rules that something breaks."""
        return [verdict for verdict in self.verdicts if verdict.broken]

    @property
    def changes(self) -> list[Change]:
        """What is planned to be done, of all stacks."""
        return [change for look in self.looks for change in told(look)]

    @property
    def rehearsed(self) -> list[str]:
        """The stacks whose plans are of an emulated AWS."""
        return [look.stack for look in self.looks if look.rehearsed]

    @property
    def counts(self) -> Mapping[Action, int]:
        return Counter(change.action for change in self.changes)

    @property
    def usd_before(self) -> Decimal:
        """What is billed a day whether or not somebody works, as it is."""
        return sum((cost.usd_before for cost in self.costs), Decimal(0))

    @property
    def usd_after(self) -> Decimal:
        return sum((cost.usd_after for cost in self.costs), Decimal(0))

    @property
    def verdict(self) -> str:
        """The review in one sentence."""
        if self.risks:
            many = len(self.risks)
            return f"Data is at risk in {many} {'place' if many == 1 else 'places'}."
        if self.broken:
            return f"No data is at risk, but {len(self.broken)} of the rules would be broken."
        return "Safe: no data is at risk." if self.changes else "Nothing changes."


def review(looks: Iterable[StackPlan], settings: Settings) -> Review:
    """What follows from these looks, each of which has a plan."""
    seen = tuple(looks)
    plans = [look.plan for look in seen if look.plan is not None]
    return Review(
        name=settings.name,
        region=settings.region,
        looks=seen,
        risks=tuple(risks(plans, settings)),
        costs=tuple(costs(plans)),
        verdicts=tuple(verdicts(plans)),
    )


def told(look: StackPlan) -> list[Change]:
    """What is planned to be done in a stack, the worst first."""
    order = list(labels.SIGNS)
    changes = look.plan.changes if look.plan is not None else ()
    return sorted(
        (change for change in changes if change.action is not Action.NOTHING),
        key=lambda change: (order.index(change.action), change.type, change.address),
    )


def risk_lines(risk: Risk) -> list[str]:
    """What is at risk, why, and which setting brings it about: a sentence each."""
    differs = labels.what_differs(risk.change)
    lines = [f"{happening(risk)}: {risk.loss}"]
    if differs:
        lines.append(f"because: {differs}")
    if risk.settings:
        lines.append(f"setting: {', '.join(risk.settings)}")
    return lines


def happening(risk: Risk) -> str:
    """What would become of it, without what is lost."""
    what = labels.title(risk.change)
    what = what[:1].upper() + what[1:]
    if risk.action is Action.GONE:
        return f"{what} is {risk.action}"
    return f"{what} would be {risk.action}{' in place' if risk.action is Action.UPDATE else ''}"


def usd(amount: Decimal) -> str:
    """An amount with cents."""
    return f"{amount:.2f} USD"
