"""The diagram of the settings, from the synthesized stacks."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from settings import Settings
from studio.review.diagram import as_svg
from studio.review.diagram_parts import Parts, deployment_parts
from studio.review.styles import Theme
from studio.terraform.plan import Action, Change
from studio.terraform.stacks import levels


def settings_svg(settings: Settings, *, out: Path, theme: Theme | None = None) -> str:
    """The diagram. out: the folder of the stacks that are synthesized from the settings."""
    parts = deployment_parts(_described_resources(out), settings)
    return as_svg(settings, parts, described=_described(parts), theme=theme)


def _described(parts: Parts) -> str:
    path = (
        "An SSH connection leads from your machine through Systems Manager and the endpoints ssm "
        "and ssmmessages to the app of a user. "
    )
    boxes = (
        parts.vpc,
        *parts.subnets,
        *parts.endpoints,
        *parts.groups,
        *parts.users,
        *parts.domain,
        *parts.account,
    )
    return (path if parts.has_path else "") + "; ".join(
        ": ".join(filter(None, (box.label, ", ".join(box.details)))) for box in boxes
    )


def _described_resources(out: Path) -> Iterator[Change]:
    """The resources of the stacks, without unknown values, as an unchanged plan."""
    for stack in chain.from_iterable(levels(out)):
        for type_, resources in stack.resources.items():
            for name, values in resources.items():
                yield Change(
                    address=f"{type_}.{name}",
                    type=type_,
                    action=Action.NOTHING,
                    before={},
                    after=_as_planned(values),
                    unknown={},
                )


def _as_planned(values: Any) -> Any:
    """Blocks as lists, as in a plan; no references."""
    match values:
        case dict():
            return {
                key: [planned] if isinstance(value, dict) and key != "tags" else planned
                for key, value in values.items()
                if key != "//" and (planned := _as_planned(value)) is not None
            }
        case list():
            return [_as_planned(value) for value in values]
        case str() if "${" in values:
            return None
    return values
