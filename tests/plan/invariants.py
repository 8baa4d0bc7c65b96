"""Rules for all plans of this project. Each rule returns its violations."""

import json
import re
from collections.abc import Iterator
from typing import Any

from studio.aws.policies import listed
from tests.plan.plans import Plan, resources

GATEWAYS = ("aws_internet_gateway", "aws_nat_gateway", "aws_egress_only_internet_gateway")
INTERNET = re.compile(r"(?<![\d.])0\.0\.0\.0/0|(?<![\da-fA-F:])::/0")
SWEEPING = re.compile(r"arn:aws[a-z-]*:iam::aws:policy/.*(FullAccess|Administrator|PowerUser)")

NOT_GRANTS = {
    "aws_kms_key": "in a key's own policy * is that key",
    "aws_vpc_endpoint": "an endpoint's policy grants nothing: it bounds what may pass",
}


def internet_gateways(plan: Plan) -> list[str]:
    """Internet and NAT gateways."""
    return [found["address"] for found in resources(plan) if found["type"] in GATEWAYS]


def open_to_the_internet(plan: Plan) -> list[str]:
    """CIDR ranges that include the internet."""
    return [
        f"{address}: {text}"
        for address, text in _texts(plan)
        if INTERNET.search(text.replace(" ", ""))
    ]


def administrators(plan: Plan) -> list[str]:
    """Statements that allow all actions, or all actions of a service, on all resources."""
    offences = []
    for address, statement in statements(plan):
        if statement["Effect"] != "Allow":
            continue
        sweeping = "NotAction" in statement or any(
            action.partition(":")[2] in ("*", "") for action in listed(statement.get("Action"))
        )
        anything = "NotResource" in statement or "*" in listed(statement.get("Resource"))
        if sweeping and anything:
            offences.append(f"{address}: {json.dumps(statement)}")
    return offences


def full_access_policies(plan: Plan) -> list[str]:
    """References to AWS managed policies with full access to a service, or more."""
    return [f"{address}: {text}" for address, text in _texts(plan) if SWEEPING.search(text)]


def statements(plan: Plan) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each statement of each policy that grants permissions, with the address of its resource."""
    for found in resources(plan):
        if found["type"] in NOT_GRANTS:
            continue
        for text in _leaves(found["values"]):
            if '"Statement"' in text:
                for statement in listed(json.loads(text)["Statement"]):
                    yield found["address"], statement


def _texts(plan: Plan) -> Iterator[tuple[str, str]]:
    for found in resources(plan):
        for text in _leaves(found["values"]):
            yield found["address"], text


def _leaves(node: Any) -> Iterator[str]:
    match node:
        case dict():
            for child in node.values():
                yield from _leaves(child)
        case list():
            for child in node:
                yield from _leaves(child)
        case str():
            yield node
