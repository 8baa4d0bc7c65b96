"""What `studio up` changes and what it costs, in lines for the question before it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from studio.review.labels import noun, summarize
from studio.review.plan_costs import ENDPOINTS, KEYS, Cost, costs
from studio.review.review import usd
from studio.terraform.plan import Action, Plan
from studio.terraform.stacks import Stack

_MOST_KINDS = 4


def preview_creation(stacks: Iterable[Stack], *, endpoint_zones: int) -> Iterator[str]:
    """What a first deployment creates: the synthesized resources, without a plan.

    endpoint_zones: the most zones of an endpoint.
    """
    endpoints = keys = 0
    yield "To be created:"
    for stack in stacks:
        resources = stack.resources
        counts = Counter({type_: len(named) for type_, named in resources.items()})
        if counts:
            yield f"  stack {stack.name}: {counts.total()} resources ({_kinds(counts)})"
        keys += counts["aws_kms_key"]
        for endpoint in resources.get("aws_vpc_endpoint", {}).values():
            if endpoint.get("vpc_endpoint_type") == "Interface":
                subnets = endpoint["subnet_ids"]
                # An expression if the zones depend on the service: at most all zones.
                most = min(counts["aws_subnet"] or endpoint_zones, endpoint_zones)
                endpoints += len(subnets) if isinstance(subnets, list) else most
    yield _costs(
        [
            Cost(price=ENDPOINTS, before=0, after=endpoints),
            Cost(price=KEYS, before=0, after=keys),
        ]
    )


def preview_changes(plans: Sequence[Plan], *, endpoint_zones: int) -> Iterator[str]:
    """What the plans change; no line if they are empty."""
    changing = [plan for plan in plans if not plan.empty]
    if not changing:
        return
    for plan in changing:
        counts = Counter(change.action for change in plan.changes)
        del counts[Action.NOTHING]
        yield f"stack {plan.stack}: {summarize(counts)}"
    yield _costs(costs(plans, endpoint_zones=endpoint_zones))


def _kinds(counts: Counter[str]) -> str:
    kinds = [f"{count} x {noun(type_)}" for type_, count in counts.most_common(_MOST_KINDS)]
    return ", ".join([*kinds, *(["..."] if len(counts) > _MOST_KINDS else [])])


def _costs(found: Iterable[Cost]) -> str:
    before, after, parts = 0.0, 0.0, []
    for cost in found:
        before += cost.usd_before
        after += cost.usd_after
        parts.append(f"{cost.price.name} {usd(cost.usd_after)}")
    change = "as now" if before == after else f"{usd(before)} now"
    return (
        f"It then costs {usd(after)} a day ({change}) even if no app runs, in us-east-1: "
        f"{', '.join(parts)}. Apps, volumes, homes and images are billed by use."
    )
