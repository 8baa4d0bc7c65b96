"""The resources of Systems Manager that moto does not have, by account and region."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from studio_emulator import paging
from studio_emulator.call import Answer, Call, Params

MOST_ON_A_PAGE = 50


@dataclass(kw_only=True)
class Activation:
    """A hybrid activation; members: the constant members of DescribeActivations."""

    id: str
    code: str
    role: str
    limit: int
    expires: float
    members: Mapping[str, Any]
    tags: dict[str, str]
    nodes: int = 0


@dataclass(kw_only=True)
class Node:
    """A managed node: a machine outside EC2 that registered with an activation.

    registered: epoch seconds; online: whether its agent is connected.
    """

    id: str
    activation: str
    role: str
    name: str
    registered: float
    tags: dict[str, str]
    online: bool = True


@dataclass(kw_only=True)
class Command:
    """A command sent to nodes; answers: members of GetCommandInvocation, by node.

    sent: epoch seconds; timeout: the real seconds in which a node must answer.
    """

    id: str
    nodes: tuple[str, ...]
    document: str
    parameters: Mapping[str, list[str]]
    comment: str
    sent: float
    timeout: int
    answers: dict[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass
class Store:
    """Activations, nodes and commands by id; changed settings by path."""

    activations: dict[str, Activation] = field(default_factory=dict)
    nodes: dict[str, Node] = field(default_factory=dict)
    settings: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    commands: dict[str, Command] = field(default_factory=dict)


STORES: dict[tuple[str, str], Store] = {}
"""All stores, by account and region."""


def store(call: Call) -> Store:
    """The store of the call's account and region."""
    return STORES.setdefault((call.account, call.region), Store())


def page(
    items: Iterable[dict[str, Any]],
    params: Params,
    member: str,
    *,
    key: tuple[str, str],
    newest_first: bool = False,
) -> Answer:
    """One page of a list, in the order of two members of its items: a time and an id."""
    shown, token = paging.page(
        items,
        key=lambda item: [item[part] for part in key],
        size=params.get("MaxResults", MOST_ON_A_PAGE),
        token=params.get("NextToken"),
        descending=newest_first,
    )
    return {member: shown, **({"NextToken": token} if token else {})}
