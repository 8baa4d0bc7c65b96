"""Renders a review as a self-contained HTML page without scripts, light, dark and for print."""

import os
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from html import escape
from pathlib import Path

from settings import UserError
from settings.errors import os_errors
from studio.review import labels
from studio.review.diagram import as_svg, legend
from studio.review.diagram_parts import deployment_parts
from studio.review.renderers import CLEARED
from studio.review.review import DATA_AT_RISK, ERROR, Review, planned_changes, risk_lines, usd
from studio.review.styles import PAGE_STYLE
from studio.terraform.plan import Change
from studio.terraform.planning import StackPlan

_DESCRIBED = 40
"""How many changes the diagram's description names."""

_TONES = {DATA_AT_RISK: "destroyed", ERROR: "changed"}


def check_page(file: Path) -> None:
    """Raises UserError if ``write_page`` cannot write the file."""
    folder = file.parent
    if file.is_dir():
        raise UserError(f"--html {file}: this is a folder; name a file")
    if not folder.is_dir():
        raise UserError(f"--html {file}: {folder} is not a folder")
    if not os.access(file if file.exists() else folder, os.W_OK):
        raise UserError(f"--html {file}: no permission to write there")


def write_page(review: Review, file: Path) -> None:
    """Write the page. Raises UserError."""
    with os_errors(f"--html {file}"):
        file.write_text(as_page(review, made=datetime.now(UTC)), encoding="utf-8")


def as_page(review: Review, *, made: datetime) -> str:
    """The HTML document. Every text of a plan is escaped. made: the time of the plans."""
    title = f"{escape(review.settings.name)}: what would change"
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{title}</title><style>{PAGE_STYLE}</style></head><body><main>"
        f"{_header(review, made)}{_risks(review)}"
        f'<div class="columns"><section><h2>The deployment</h2>{legend()}{_diagram(review)}'
        f"</section><div>{_costs(review)}{_rules(review)}</div></div>{_stacks(review)}"
        "</main></body></html>\n"
    )


def _diagram(review: Review) -> str:
    changes = [
        change
        for stack_plan in review.stack_plans
        for plan in [stack_plan.plan]
        if plan is not None
        for change in (*plan.changes, *plan.gone)
    ]
    return as_svg(
        review.settings,
        deployment_parts(changes, review.settings),
        described=_described(review),
        account=review.account,
    )


def _described(review: Review) -> str:
    changes = [
        f"{labels.title(change)} is {change.action}"
        for change in review.changes
        if change.action in labels.VERBS
    ]
    summary = labels.summarize(review.counts)
    more = [f"and {len(changes) - _DESCRIBED} more"] if len(changes) > _DESCRIBED else []
    return f"{summary}. {'; '.join(changes[:_DESCRIBED] + more)}" if changes else summary


def _header(review: Review, made: datetime) -> str:
    counts = review.counts
    tiles = "".join(
        f'<li class="{labels.SIGNS[action].css}{"" if counts.get(action) else " none"}">'
        f"<b>{counts.get(action, 0)}</b>to {verb}</li>"
        for action, verb in labels.VERBS.items()
    )
    tone = _TONES.get(review.severity, "created")
    account = f"account {review.account}" if review.account else "plans from files"
    where = f"{review.settings.region}, {account}, {made:%d %B %Y, %H:%M} UTC"
    rehearsed = "Nothing is rehearsed."
    if review.rehearsed:
        rehearsed = f"Rehearsed on an emulated AWS: {', '.join(review.rehearsed)}."
    return (
        f"<header><p>Review of a deployment: {escape(where)}</p>"
        f"<h1>{escape(review.settings.name)}</h1>"
        f'<p class="verdict {tone}">{escape(review.verdict)}</p>'
        f'<p class="note">{escape(rehearsed)}</p>'
        f'<ul class="tiles">{tiles}<li class="cost"><b>{review.usd_after:.2f}</b>USD a day, '
        f"{review.usd_before:.2f} before</li></ul></header>"
    )


def _risks(review: Review) -> str:
    if not review.risks:
        return ""
    items = []
    for risk in review.risks:
        first, *rest = (escape(line) for line in risk_lines(risk))
        more = "".join(f"<p>{line}</p>" for line in [*rest, escape(review.remedy(risk))])
        items.append(f"<li><h3>{first}</h3>{more}</li>")
    return f'<section class="risks"><h2>Data at risk</h2><ul>{"".join(items)}</ul></section>'


def _stacks(review: Review) -> str:
    cleared = "".join(f"<li>{escape(labels.clean(line))}</li>" for line in review.cleared)
    if cleared:
        cleared = f"<p>{escape(CLEARED)}:</p><ul>{cleared}</ul>"
    stacks = "".join(map(_stack, review.stack_plans))
    return f"<section><h2>Every change</h2>{stacks}{cleared}</section>"


def _stack(stack_plan: StackPlan) -> str:
    changes = planned_changes(stack_plan)
    name = escape(stack_plan.stack)
    if not changes:
        return f'<p><b>{name}</b> <span class="note">no changes</span></p>'
    note = ' <span class="note">rehearsed</span>' if stack_plan.rehearsed else ""
    table = _table(("", "what", "which", "why"), map(_cells, changes))
    return f"<details open><summary><h3>{name}{note}</h3></summary>{table}</details>"


def _cells(change: Change) -> Sequence[str]:
    sign = labels.SIGNS[change.action]
    mark = f'<span class="{sign.css} sign">{escape(sign.mark)} {change.action}</span>'
    differs = escape(labels.changed_attributes(change))
    return (mark, escape(labels.noun(change.type)), _which(change), differs)


def _which(change: Change) -> str:
    return f"{escape(labels.name(change))}<small>{escape(labels.clean(change.address))}</small>"


def _costs(review: Review) -> str:
    rows: list[Sequence[str]] = [
        (
            escape(cost.price.name),
            f'<a href="{escape(cost.price.source)}">{escape(cost.price.stated)}</a> for each '
            f"{escape(cost.price.unit)}",
            str(cost.before),
            str(cost.after),
            f"{usd(cost.usd_before)} \u2192 {usd(cost.usd_after)}",
        )
        for cost in review.costs
    ]
    total = f"{usd(review.usd_before)} \u2192 {usd(review.usd_after)}"
    rows.append(("<b>total</b>", "", "", "", f"<b>{total}</b>"))
    head = ("what", "price in us-east-1", "before", "after", "a day")
    return (
        f"<section><h2>Cost</h2>{_table(head, rows)}"
        '<p class="note">The fixed cost. AWS also bills instances while an app runs, and volumes, '
        "home directories, images and logs by their size.</p></section>"
    )


def _rules(review: Review) -> str:
    rows = []
    for rule in review.rules:
        css, state = (
            ("destroyed", "\u2717 broken") if rule.broken_by else ("created", "\u2713 kept")
        )
        broken_by = "".join(
            f"<p>{escape(labels.noun(change.type))} {_which(change)}</p>"
            for change in rule.broken_by
        )
        rows.append((f'<span class="{css} sign">{state}</span>', escape(rule.name), broken_by))
    return f"<section><h2>Rules</h2>{_table(('', 'rule', 'broken by'), rows)}</section>"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; on a narrow page, each cell is on its own line, with the title of its column."""
    titles = "".join(f'<th scope="col">{title}</th>' for title in head)
    body = "".join(f"<tr>{''.join(map(_cell, head, row))}</tr>" for row in rows)
    table = f"<table><thead><tr>{titles}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div class="table">{table}</div>'


def _cell(title: str, content: str) -> str:
    return f'<td data-title="{title}">{content}</td>' if content else "<td></td>"
