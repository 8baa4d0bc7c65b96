"""The diagram of what the settings describe."""

from __future__ import annotations

from pathlib import Path

from settings import Settings
from studio.review.diagram import Picture, as_svg
from studio.review.diagram_parts import Parts, deployment_parts, existing_network
from studio.review.palette import Theme
from studio.review.synthesized import described_resources


def settings_svg(settings: Settings, *, out: Path, theme: Theme | None = None) -> str:
    """The diagram of the stacks that were synthesized in ``out`` from these settings."""
    parts = deployment_parts(described_resources(out), existing_network(settings))
    picture = Picture(
        name=settings.name, region=settings.region, parts=parts, described=_described(parts)
    )
    return as_svg(picture, theme=theme)


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
