"""The checks of an existing network, for `studio doctor` and before anything is made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from settings import Settings, UserError
from studio.aws.existing_network import ExistingNetwork
from studio.doctor import existing_endpoints, existing_network
from studio.doctor.context import Context
from studio.doctor.existing_network import Problem, Unknown
from studio.doctor.model import Check, Scope, Unmet

Examine = Callable[[Settings, ExistingNetwork], Iterator[Problem]]

EXAMINATIONS: Mapping[str, tuple[Examine, str]] = {
    "network-vpc": (existing_network.vpc, "The domain is created in it."),
    "network-dns": (existing_network.dns, "Apps reach AWS only where its names resolve."),
    "network-subnets": (existing_network.subnets, "The domain is bound to them."),
    "network-addresses": (
        existing_network.addresses,
        "An app that gets no address ends as Failed.",
    ),
    "network-internet": (
        existing_network.internet,
        "With a way to the internet, data can leave Studio.",
    ),
    "network-s3": (existing_endpoints.s3, "Studio keeps notebooks' data and packages in S3."),
    "network-endpoints": (
        existing_endpoints.endpoints,
        "Without one, calls to its service time out.",
    ),
    "network-groups": (existing_network.groups, "Apps have no other security group."),
}
"""By name: what is examined, and what fails without it."""


def _run(examine: Examine, context: Context) -> str:
    if not context.settings.network.exists:
        return "not needed: the deployment has a VPC of its own"
    try:
        problems = list(examine(context.settings, context.existing_network))
    except Unknown as unknown:
        raise UserError(str(unknown)) from None
    if problems:
        found, fixes = (dict.fromkeys(each) for each in zip(*_pairs(problems), strict=True))
        raise Unmet("; ".join(found), command="; ".join(fixes))
    return f"{context.settings.network.vpc_id} suits"


def _pairs(problems: list[Problem]) -> list[tuple[str, str]]:
    return [(problem.found, problem.fix) for problem in problems]


CHECKS = tuple(
    Check(name=name, scope=Scope.ACCOUNT, why=why, fix="{command}", run=partial(_run, examine))
    for name, (examine, why) in EXAMINATIONS.items()
)
