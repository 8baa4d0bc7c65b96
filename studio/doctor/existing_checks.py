"""The checks of what the settings name and others made, for `studio doctor` and before `up`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

from settings import Settings, UserError
from studio.aws.client import Aws
from studio.aws.existing_network import ExistingNetwork
from studio.doctor import (
    existing_acls,
    existing_endpoints,
    existing_images,
    existing_keys,
    existing_network,
    existing_roles,
    existing_state,
)
from studio.doctor.context import Context
from studio.doctor.finding import Finding, Unknown
from studio.doctor.model import Check, Scope, Unmet

ExamineNetwork = Callable[[Settings, ExistingNetwork], Iterator[Finding]]
Examine = Callable[[Settings, Aws], Iterator[Finding]]

EXAMINATIONS: Mapping[str, tuple[ExamineNetwork, str]] = {
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
    "network-acls": (existing_acls.acls, "Calls to an endpoint that they refuse time out."),
    "network-acls-s3": (existing_acls.acls_for_s3, "Calls to S3 that they refuse time out."),
    "network-groups": (existing_network.groups, "Apps have no other security group."),
}
"""By name: what is examined of an existing VPC, and what fails without it."""


def examinations(network: ExistingNetwork) -> Mapping[str, tuple[ExamineNetwork, str]]:
    """Those that apply: of a VPC that AWS does not know, whether it exists."""
    first = "network-vpc"
    return EXAMINATIONS if network.owner is not None else {first: EXAMINATIONS[first]}


OTHER_EXAMINATIONS: Mapping[str, tuple[Examine, str]] = {
    "existing-roles": (
        existing_roles.roles,
        "SageMaker runs apps with them; a call that they may not make fails in the notebook.",
    ),
    "existing-keys": (existing_keys.keys, "Homes, disks and states that it encrypts are lost."),
    "existing-images": (existing_images.images, "SageMaker makes no version of such an image."),
    "state-bucket": (existing_state.state, "Terraform's state is in it."),
}
"""The same of roles, keys, images and the bucket, which are named by ARN or by address."""


def _check_network(examine: ExamineNetwork, context: Context) -> str:
    if not context.settings.network.exists:
        return "not needed: the deployment has a VPC of its own"
    settings = context.settings_with_endpoints
    if examine not in [one for one, _ in examinations(context.existing_network).values()]:
        raise UserError(f"{settings.network.vpc_id} is not there, see the check `network-vpc`")
    _require_none(lambda: examine(settings, context.existing_network))
    return f"{context.settings.network.vpc_id} suits"


def _check(examine: Examine, named: Callable[[Settings], Iterable[str]], context: Context) -> str:
    names = ", ".join(named(context.settings))
    if not names:
        return "not needed: the settings name none"
    _require_none(lambda: examine(context.settings, context.aws))
    return f"{names} suits"


def _require_none(examine: Callable[[], Iterable[Finding]]) -> None:
    try:
        findings = list(examine())
    except Unknown as unknown:
        raise UserError(str(unknown)) from None
    if findings:
        found = dict.fromkeys(finding.found for finding in findings)
        fixes = dict.fromkeys(finding.fix for finding in findings)
        raise Unmet("; ".join(found), command="; ".join(fixes))


def _keys(settings: Settings) -> Iterator[str]:
    if settings.domain.kms.startswith("arn:"):
        yield settings.domain.kms
    yield from filter(None, [settings.state.kms_key])


_NAMED: Mapping[str, Callable[[Settings], Iterable[str]]] = {
    "existing-roles": existing_roles.existing_role_arns,
    "existing-keys": _keys,
    "existing-images": lambda settings: filter(None, (i.uri for i in settings.images.values())),
    "state-bucket": lambda settings: filter(None, [settings.state.bucket]),
}

CHECKS = (
    *(
        Check(
            name=name,
            scope=Scope.ACCOUNT,
            why=why,
            fix="{command}",
            run=partial(_check_network, examine),
        )
        for name, (examine, why) in EXAMINATIONS.items()
    ),
    *(
        Check(
            name=name,
            scope=Scope.ACCOUNT,
            why=why,
            fix="{command}",
            run=partial(_check, examine, _NAMED[name]),
        )
        for name, (examine, why) in OTHER_EXAMINATIONS.items()
    ),
)
