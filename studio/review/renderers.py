"""A review as text for a terminal, as JSON, and as Markdown for a pull request."""

from __future__ import annotations

import json
import re
from collections import Counter

from studio.review import labels
from studio.review.review import Review, happening, risk_lines, told, usd

_SHOWN = 12
"""Changes of one stack that a terminal shows; JSON, Markdown and HTML have all."""

_MARKDOWN = re.compile(r"([\\`*_\[\]!|<>@~&])")


def as_text(review: Review) -> str:
    """Lines for a terminal."""
    lines = [f"{review.name} in {review.region}: {review.verdict}"]
    for look in review.looks:
        changes = told(look)
        note = ", rehearsed on an emulated AWS" if look.rehearsed else ""
        summary = labels.counts(Counter(change.action for change in changes))
        lines += ["", f"{look.stack}: {summary}{note}"]
        for change in changes[:_SHOWN]:
            differs = labels.what_differs(change)
            detail = f" ({differs})" if differs else ""
            lines.append(f"  {labels.SIGNS[change.action].mark} {labels.title(change)}{detail}")
        if len(changes) > _SHOWN:
            lines.append(f"  ... and {len(changes) - _SHOWN} more")
    if review.risks:
        lines += ["", "Data at risk"]
        for risk in review.risks:
            first, *rest = risk_lines(risk)
            lines += [f"  ! {first}", *(f"      {line}" for line in rest)]
            lines.append(f"      to let it go: studio up --allow {labels.clean(risk.address)}")
    lines += ["", "Cost of a day, whether or not somebody works (us-east-1)"]
    for cost in review.costs:
        lines.append(
            f"  {cost.price.name}: {cost.before} -> {cost.after}, each {cost.price.told}: "
            f"{usd(cost.usd_before)} -> {usd(cost.usd_after)}  {cost.price.source}"
        )
    lines.append(f"  together: {usd(review.usd_before)} -> {usd(review.usd_after)}")
    lines += ["", "Rules"]
    for verdict in review.verdicts:
        lines.append(f"  {'BROKEN' if verdict.broken else 'kept  '} {verdict.says}")
        lines += [f"         {address}" for address in verdict.broken]
    return "\n".join(lines)


def as_json(review: Review) -> str:
    """For programs: an object whose keys are those of the text's parts."""
    return json.dumps(
        {
            "name": review.name,
            "region": review.region,
            "verdict": review.verdict,
            "exit_code": review.exit_code,
            "stacks": [
                {
                    "stack": look.stack,
                    "deployed": look.deployed,
                    "rehearsed": look.rehearsed,
                    "changes": [
                        {
                            "address": change.address,
                            "type": change.type,
                            "name": labels.name(change),
                            "action": change.action,
                            "attributes": change.attributes()
                            if change.before and change.after
                            else [],
                            "replaced_for": list(change.forcing),
                        }
                        for change in told(look)
                    ],
                }
                for look in review.looks
            ],
            "data_at_risk": [
                {
                    "stack": risk.stack,
                    "address": risk.address,
                    "what": labels.title(risk.change),
                    "action": risk.action,
                    "loss": risk.loss,
                    "settings": list(risk.settings),
                }
                for risk in review.risks
            ],
            "usd_a_day": {
                "before": round(float(review.usd_before), 2),
                "after": round(float(review.usd_after), 2),
                "of": [
                    {
                        "what": cost.price.name,
                        "before": cost.before,
                        "after": cost.after,
                        "price": f"{cost.price.told} for each {cost.price.unit}, us-east-1",
                        "source": cost.price.source,
                    }
                    for cost in review.costs
                ],
            },
            "rules": [
                {"says": v.says, "asked_of": v.asked, "broken_by": list(v.broken)}
                for v in review.verdicts
            ],
        },
        indent=2,
    )


def as_markdown(review: Review) -> str:
    """For a comment on a pull request."""
    sign = {0: "\u2705", 1: "\u26a0\ufe0f", 3: "\u26d4"}[review.exit_code]
    lines = [f"## {sign} {_md(review.name)}: {_md(review.verdict)}", ""]
    if review.risks:
        lines += ["| at risk | what is lost | setting | address |", "|---|---|---|---|"]
        for risk in review.risks:
            cells = (happening(risk), risk.loss, ", ".join(risk.settings) or "none")
            lines.append(f"| {' | '.join(map(_md, cells))} | {_code(risk.address)} |")
        lines.append("")
    lines += ["| stack | created | changed | replaced | destroyed |", "|---|---|---|---|---|"]
    for look in review.looks:
        found = Counter(change.action for change in told(look))
        note = " (rehearsed)" if look.rehearsed else ""
        numbers = " | ".join(str(found.get(action, 0)) for action in labels.TOLD)
        lines.append(f"| {_md(look.stack)}{note} | {numbers} |")
    lines += [
        "",
        f"**{usd(review.usd_before)} -> {usd(review.usd_after)} a day** whether or not somebody "
        "works (us-east-1)",
        "",
        "| what | price | before | after |",
        "|---|---|---|---|",
        *(
            f"| {c.price.name} | [{c.price.told}]({c.price.source}) for each {c.price.unit} "
            f"| {c.before} | {c.after} |"
            for c in review.costs
        ),
        "",
    ]
    if review.broken:
        lines += ["Rules that would be broken:", ""]
        for verdict in review.broken:
            lines.append(f"- {_md(verdict.says)}: {', '.join(map(_code, verdict.broken))}")
        lines.append("")
    else:
        lines += [f"All {len(review.verdicts)} rules are kept.", ""]
    if review.changes:
        lines += ["<details><summary>Every change</summary>", ""]
        for look in review.looks:
            for change in told(look):
                differs = labels.what_differs(change)
                detail = f" ({differs})" if differs else ""
                lines.append(
                    f"- {labels.SIGNS[change.action].mark} {change.action}: "
                    f"{_md(labels.title(change) + detail)}"
                )
        lines += ["", "</details>"]
    return "\n".join(lines)


def _md(text: str) -> str:
    """Text in which nothing is markup: not a table's cell, a link, HTML or a mention."""
    return _MARKDOWN.sub(r"\\\1", labels.clean(text))


def _code(text: str) -> str:
    return f"`{labels.clean(text).replace('`', '').replace('|', '')}`"
