"""Renders a review as text (which changes of a large stack it leaves out), JSON and Markdown."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from studio.review import labels
from studio.review.review import Review, planned_changes, risk_lines, risk_title, usd
from studio.terraform.plan import Action, Change

_SHOWN = 12
"""How many changes of a stack the text shows; the other formats show all."""

_ALWAYS_SHOWN = ("aws_vpc", "aws_subnet", "aws_vpc_endpoint")

CLEARED = "Cleared through the API by studio up, because Terraform cannot"

_MARKDOWN = re.compile(r"([\\`*_\[\]!|<>@~&])")


def as_text(review: Review, *, every_change: bool = False) -> str:
    """The text for a terminal. every_change: also shows all changes of a large stack."""
    lines = [f"{review.settings.name} in {review.settings.region}: {review.verdict}"]
    unchanged = [one.stack for one in review.stack_plans if not planned_changes(one)]
    if unchanged:
        lines += ["", f"No changes: {', '.join(unchanged)}"]
    for stack_plan in review.stack_plans:
        changes = planned_changes(stack_plan)
        if not changes:
            continue
        mark = " (rehearsed)" if stack_plan.rehearsed else ""
        summary = labels.summarize(Counter(change.action for change in changes))
        lines += ["", f"{stack_plan.stack}: {summary}{mark}"]
        shown = changes if every_change else _shortened(changes)
        lines += [
            f"  {labels.SIGNS[change.action].mark} {_title(change)}{mark}" for change in shown
        ]
        if hidden := len(changes) - len(shown):
            lines.append(f"  ... and {hidden} more; --all shows them")
    if review.cleared:
        lines += ["", CLEARED, *(f"  {labels.clean(line)}" for line in review.cleared)]
    if review.rehearsed:
        lines += ["", "(rehearsed): applied only to an emulated AWS, not to AWS"]
    if review.risks:
        lines += ["", "Data at risk"]
        for risk in review.risks:
            first, *rest = risk_lines(risk)
            lines += [f"  ! {first}", *(f"      {line}" for line in rest)]
            lines.append(f"      {review.remedy(risk)}")
    lines += ["", "Fixed cost per day (us-east-1)"]
    for cost in review.costs:
        lines.append(
            f"  {cost.price.name}: {cost.before} -> {cost.after}, each {cost.price.stated}: "
            f"{usd(cost.usd_before)} -> {usd(cost.usd_after)}  {cost.price.source}"
        )
    lines.append(f"  total: {usd(review.usd_before)} -> {usd(review.usd_after)}")
    lines += ["", "Rules"]
    for rule in review.rules:
        lines.append(f"  {'BROKEN' if rule.broken_by else 'kept  '} {rule.name}")
        lines += [f"         {labels.title(change)}" for change in rule.broken_by]
    return "\n".join(lines)


def as_json(review: Review, **more: object) -> str:
    """The document of --json. more: its further members, or other values of its own."""
    return json.dumps(_document(review) | more, indent=2)


def _document(review: Review) -> dict[str, Any]:
    return {
        "name": review.settings.name,
        "region": review.settings.region,
        "verdict": review.verdict,
        "exit_code": review.exit_code,
        "ways_to_internet": list(review.internet_routes),
        "stacks": [
            {
                "stack": stack_plan.stack,
                "deployed": stack_plan.deployed,
                "rehearsed": stack_plan.rehearsed,
                "changes": [
                    {
                        "address": change.address,
                        "type": change.type,
                        "name": labels.name(change),
                        "action": change.action,
                        "attributes": change.attributes() if change.before and change.after else [],
                        "replaced_for": list(change.forcing),
                    }
                    for change in planned_changes(stack_plan)
                ],
            }
            for stack_plan in review.stack_plans
        ],
        "cleared": list(review.cleared),
        "data_at_risk": [
            {
                "stack": risk.stack,
                "address": risk.address,
                "what": labels.title(risk.change),
                "action": risk.action,
                "loss": risk.loss,
                "settings": list(risk.settings),
                "allowable": risk.allowable,
            }
            for risk in review.risks
        ],
        "usd_a_day": {
            "before": round(review.usd_before, 2),
            "after": round(review.usd_after, 2),
            "of": [
                {
                    "what": cost.price.name,
                    "before": cost.before,
                    "after": cost.after,
                    "price": f"{cost.price.stated} for each {cost.price.unit}, us-east-1",
                    "source": cost.price.source,
                }
                for cost in review.costs
            ],
        },
        "rules": [
            {
                "name": rule.name,
                "resources": rule.resources,
                "broken_by": [change.address for change in rule.broken_by],
            }
            for rule in review.rules
        ],
    }


def as_markdown(review: Review) -> str:
    """The comment on a pull request."""
    return "\n".join(
        [
            *_markdown_verdict(review),
            *_markdown_stacks(review),
            *_markdown_cleared(review),
            *_markdown_costs(review),
            *_markdown_rules(review),
            *_markdown_changes(review),
        ]
    )


def _markdown_verdict(review: Review) -> Iterator[str]:
    sign = {0: "\u2705", 1: "\u26a0\ufe0f", 3: "\u26d4"}[review.severity]
    yield from (f"## {sign} {_md(review.settings.name)}: {_md(review.verdict)}", "")
    if review.risks:
        yield from ("| at risk | what is lost | setting | address to allow |", "|---|---|---|---|")
        for risk in review.risks:
            cells = (risk_title(risk), risk.loss, ", ".join(risk.settings) or "none")
            usable = risk.allowable and not review.is_allowed(risk)
            remedy = _code(risk.address) if usable else _md(review.remedy(risk))
            yield f"| {' | '.join(map(_md, cells))} | {remedy} |"
        yield ""


def _markdown_stacks(review: Review) -> Iterator[str]:
    yield f"| stack | {' | '.join(labels.VERBS)} |"
    yield f"|---|{'---|' * len(labels.VERBS)}"
    for stack_plan in review.stack_plans:
        counts = Counter(change.action for change in planned_changes(stack_plan))
        mark = " (rehearsed)" if stack_plan.rehearsed else ""
        numbers = " | ".join(str(counts[action]) for action in labels.VERBS)
        yield f"| {_md(stack_plan.stack)}{mark} | {numbers} |"
    yield ""


def _markdown_cleared(review: Review) -> Iterator[str]:
    if review.cleared:
        yield from (f"{CLEARED}:", "", *(f"- {_md(line)}" for line in review.cleared), "")


def _markdown_costs(review: Review) -> Iterator[str]:
    yield (
        f"**{usd(review.usd_before)} -> {usd(review.usd_after)}** fixed cost per day (us-east-1)"
    )
    yield from ("", "| what | price | before | after |", "|---|---|---|---|")
    for cost in review.costs:
        price = f"[{cost.price.stated}]({cost.price.source}) for each {cost.price.unit}"
        yield f"| {cost.price.name} | {price} | {cost.before} | {cost.after} |"
    yield ""


def _markdown_rules(review: Review) -> Iterator[str]:
    if not review.broken_rules:
        yield from (f"All {len(review.rules)} rules are kept.", "")
        return
    yield from ("Rules broken:", "")
    for rule in review.broken_rules:
        yield f"- {_md(rule.name)}: {', '.join(_md(labels.title(c)) for c in rule.broken_by)}"
    yield ""


def _markdown_changes(review: Review) -> Iterator[str]:
    if review.changes:
        yield from ("<details><summary>Every change</summary>", "")
        for change in review.changes:
            yield f"- {labels.SIGNS[change.action].mark} {change.action}: {_md(_title(change))}"
        yield from ("", "</details>")


def _title(change: Change) -> str:
    differs = labels.changed_attributes(change)
    return f"{labels.title(change)} ({differs})" if differs else labels.title(change)


def _shortened(changes: list[Change]) -> list[Change]:
    """The first changes, and every change of the network or with a loss."""
    return changes[:_SHOWN] + [
        change
        for change in changes[_SHOWN:]
        if change.type in _ALWAYS_SHOWN
        or change.action in (Action.DESTROY, Action.REPLACE, Action.GONE)
    ]


def _md(text: str) -> str:
    """The text with escaped markup, HTML and mentions."""
    return _MARKDOWN.sub(r"\\\1", labels.clean(text))


def _code(text: str) -> str:
    return f"`{labels.clean(text).replace('`', '').replace('|', '')}`"
