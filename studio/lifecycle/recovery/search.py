"""Searches AWS for the resources that a plan would create: which candidate is chosen."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from studio.aws.client import Aws
from studio.lifecycle.recovery.candidates import Candidate
from studio.lifecycle.recovery.finders import PARENTS, candidates
from studio.terraform.stacks import read_configuration

_REFERENCE = re.compile(r"\$\{(?P<address>\w+\.[\w-]+)\.(?P<attribute>\w+)\}")
"""A reference to an attribute of another resource, as cdktf writes it."""


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A resource that a plan would create, with the values that are known."""

    address: str
    kind: str
    values: Mapping[str, Any]


def creations(plan: Mapping[str, Any]) -> Iterator[Planned]:
    for change in plan.get("resource_changes", ()):
        if change["mode"] == "managed" and change["change"]["actions"] == ["create"]:
            yield Planned(
                address=change["address"], kind=change["type"], values=change["change"]["after"]
            )


def ids_in_state(plan: Mapping[str, Any]) -> set[str]:
    """The ids and ARNs of the resources in state."""
    resources = plan.get("prior_state", {}).get("values", {}).get("root_module", {})
    values = [resource["values"] for resource in resources.get("resources", ())]
    return {str(one[key]) for one in values for key in ("id", "arn") if one.get(key)}


def search(
    plan: Mapping[str, Any], aws: Aws, taken: set[str], folder: Path
) -> list[tuple[Planned, str]]:
    """The planned resources that exist, each with its id; adds the ids to ``taken``.

    A plan does not know the id of a VPC that is not in state, and a subnet is found by that id: a
    resource is searched for again once one that it refers to is found. Raises AwsError.
    """
    configuration = read_configuration(folder).get("resource", {})
    found: dict[str, tuple[Planned, Candidate]] = {}
    waiting = {one.address: one for one in creations(plan)}
    tried: dict[str, Mapping[str, Any]] = {}
    progress = True
    while progress:
        progress = False
        for planned in sorted(waiting.values(), key=lambda one: one.kind in PARENTS):
            known = _resolve(planned, configuration, found)
            if tried.get(planned.address) == known.values:
                continue
            tried[planned.address] = known.values
            candidate = choose(known, aws, taken)
            if candidate is not None:
                found[planned.address] = planned, candidate
                del waiting[planned.address]
                progress = True
    return [(planned, candidate.id) for planned, candidate in found.values()]


def choose(planned: Planned, aws: Aws, taken: set[str]) -> Candidate | None:
    """The first candidate with all tags of the planned resource; adds its id to ``taken``.

    taken: the ids in state, and those found before. A resource of ``PARENTS`` has no tags: it is
    found only with the resource that it belongs to.
    """
    parent = PARENTS.get(planned.kind)
    if parent is not None and planned.values.get(parent) not in taken:
        return None
    wanted = (planned.values.get("tags_all") or {}).items()
    for candidate in candidates(planned.kind, aws, planned.values):
        if candidate.id in taken and candidate.tags is not None:
            continue
        if candidate.tags is None or wanted <= candidate.tags.items():
            taken.add(candidate.id)
            return candidate
    return None


def region(folder: Path) -> str:
    name: str = read_configuration(folder)["provider"]["aws"][0]["region"]
    return name


def _resolve(
    planned: Planned,
    configuration: Mapping[str, Any],
    found: Mapping[str, tuple[Planned, Candidate]],
) -> Planned:
    """The resource with the values of its references to resources that are found."""
    kind, _, name = planned.address.partition(".")
    values = dict(planned.values)
    for attribute, written in configuration.get(kind, {}).get(name, {}).items():
        reference = _REFERENCE.fullmatch(written) if isinstance(written, str) else None
        if reference and values.get(attribute) is None and reference["address"] in found:
            _, candidate = found[reference["address"]]
            if (value := candidate.attribute(reference["attribute"])) is not None:
                values[attribute] = value
    return replace(planned, values=values)
