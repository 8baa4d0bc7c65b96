"""Examines the existing resources that the settings name."""

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
from studio.doctor.finding import Finding, LookupDenied
from studio.doctor.model import Check, Scope, Unmet

ExamineNetwork = Callable[[Settings, ExistingNetwork], Iterator[Finding]]
Examine = Callable[[Settings, Aws], Iterator[Finding]]
NamesOf = Callable[[Settings], Iterable[str]]

EXAMINATIONS: Mapping[str, tuple[ExamineNetwork, str]] = {
    "network-vpc": (existing_network.vpc, "The domain is created in this VPC."),
    "network-dns": (existing_network.dns, "Apps reach AWS only if its names resolve."),
    "network-subnets": (existing_network.subnets, "The domain uses these subnets."),
    "network-addresses": (existing_network.addresses, "An app without a free address fails."),
    "network-internet": (
        existing_network.internet,
        "With a route to the internet, data can leave Studio.",
    ),
    "network-s3": (existing_endpoints.s3, "Studio stores notebook data and packages in S3."),
    "network-endpoints": (
        existing_endpoints.endpoints,
        "Without an endpoint, calls to its service time out.",
    ),
    "network-acls": (existing_acls.acls, "Calls to an endpoint that an ACL denies time out."),
    "network-acls-s3": (existing_acls.acls_for_s3, "Calls to S3 that an ACL denies time out."),
    "network-groups": (existing_network.groups, "Apps have only these security groups."),
}
"""What is examined of an existing VPC, and why, by the name of the check."""


def examinations(network: ExistingNetwork) -> Mapping[str, tuple[ExamineNetwork, str]]:
    """The examinations that apply: of a VPC that does not exist, only the first."""
    first = "network-vpc"
    return EXAMINATIONS if network.owner is not None else {first: EXAMINATIONS[first]}


OTHER_EXAMINATIONS: Mapping[str, tuple[Examine, str, NamesOf]] = {
    "existing-roles": (
        existing_roles.roles,
        "SageMaker runs apps with these roles; calls that a role does not allow fail.",
        existing_roles.existing_role_arns,
    ),
    "existing-keys": (
        existing_keys.keys,
        "Without the key, the homes, disks and states that it encrypts are lost.",
        lambda settings: [
            arn for arn in (settings.domain.kms, settings.state.kms_key) if arn.startswith("arn:")
        ],
    ),
    "existing-images": (
        existing_images.images,
        "SageMaker creates no version of an image that it cannot read.",
        lambda settings: filter(None, (image.uri for image in settings.images.values())),
    ),
    "state-bucket": (
        existing_state.state,
        "Terraform stores its state in this bucket.",
        lambda settings: filter(None, [settings.state.bucket]),
    ),
}
"""The same of roles, keys, images and the bucket, with what the settings name of each."""


def _check_network(examine: ExamineNetwork, context: Context) -> str:
    if not context.settings.network.exists:
        return "not needed: the deployment creates its VPC"
    settings = context.settings_with_endpoints
    if context.existing_network.owner is None and examine is not existing_network.vpc:
        raise UserError(f"{settings.network.vpc_id} does not exist, see the check `network-vpc`")
    _require_no_finding(examine(settings, context.existing_network))
    return f"{settings.network.vpc_id} has no problem"


def _check_other(examine: Examine, names_of: NamesOf, context: Context) -> str:
    names = ", ".join(names_of(context.settings))
    if not names:
        return "not needed: the settings name none"
    _require_no_finding(examine(context.settings, context.aws))
    return f"{names}: no problem"


def _require_no_finding(examined: Iterable[Finding]) -> None:
    try:
        findings = list(examined)
    except LookupDenied as denied:
        raise UserError(str(denied)) from None
    if findings:
        found = dict.fromkeys(finding.found for finding in findings)
        fixes = dict.fromkeys(finding.fix for finding in findings)
        raise Unmet("; ".join(found), command="; ".join(fixes))


_check = partial(Check, scope=Scope.ACCOUNT)
CHECKS = (
    *(
        _check(name=name, why=why, run=partial(_check_network, examine))
        for name, (examine, why) in EXAMINATIONS.items()
    ),
    *(
        _check(name=name, why=why, run=partial(_check_other, examine, names_of))
        for name, (examine, why, names_of) in OTHER_EXAMINATIONS.items()
    ),
)
