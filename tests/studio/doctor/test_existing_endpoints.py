"""Each problem of the endpoints of an existing VPC is found alone, with its fix."""

from dataclasses import replace
from typing import Any

import pytest

from catalog.endpoint_services import service_name
from settings import Settings
from studio.aws.existing_network import Rule
from tests.studio.doctor.networks import (
    ACCOUNT,
    APPS,
    FIRST,
    GOOD,
    HTTPS_IN,
    LOCAL,
    OTHER,
    REGION,
    S3,
    SECOND,
    VPC,
    Change,
    assert_found_alone,
    both,
    endpoint,
    examine,
    first,
    has,
    route,
    settings,
)


def of(service: str, **more: Any) -> Change:
    """Changes the endpoint of the service."""
    name = service_name(service, REGION) if service != "s3" else S3.service
    return lambda it: replace(
        it,
        endpoints=tuple(
            replace(one, **more) if one.service == name else one for one in it.endpoints
        ),
    )


def group(*rules: Rule) -> Change:
    """Replaces the rules of the endpoints' security group."""
    return lambda it: replace(it, groups=(replace(it.groups[0], rules=rules), it.groups[1]))


def policy(**statement: Any) -> dict[str, Any]:
    statement_of_all = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
    return {"Statement": [statement_of_all | statement]}


def only_account(account: str) -> dict[str, Any]:
    return policy(Condition={"StringEquals": {"aws:PrincipalAccount": account}})


SUITABLE: Any = {
    "all endpoints exist": (settings(), lambda it: it),
    "endpoints are created": (settings(endpoints="create"), has()),
    "some endpoints are created": (settings(endpoints=["ssm"]), has(endpoint("ssm"))),
    "endpoints of this deployment": (settings(endpoints="create"), lambda it: replace(
        it, endpoints=tuple(replace(one, ours=True) for one in it.endpoints))),
    "a policy for the organization": (settings(), of("sts", policy=policy(
        Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}}))),
    "a policy for the account": (settings(), of("sts", policy=only_account(ACCOUNT))),
    "security groups of the settings": (settings(security_group_ids=[APPS]), group(
        replace(HTTPS_IN, peers=(APPS,)))),
}  # fmt: skip


@pytest.mark.parametrize(("wanted", "change"), SUITABLE.values(), ids=list(SUITABLE))
def test_suitable_endpoints_have_no_finding(wanted: Settings, change: Change) -> None:
    assert examine(wanted, change(GOOD)) == {}


WITHOUT_STS = has(*(one for one in GOOD.endpoints[1:] if not one.service.endswith(".sts")))
PROBLEMS: Any = [
    (WITHOUT_STS, "no endpoint for com.amazonaws.us-east-1.sts", "--private-dns-enabled"),
    (WITHOUT_STS, "no endpoint for com.amazonaws.us-east-1.sts",
     'or set network.endpoints = ["sagemaker.api", "sagemaker.runtime", "studio", "ssm", '
     '"ssmmessages", "logs"], and'),
    (both(WITHOUT_STS, route("10.0.0.0/8", "tgw-1")),
     "endpoints of another VPC, through tgw-1, are not supported", "sts"),
    (of("logs", state="pendingacceptance"), "pendingacceptance", "available"),
    (of("studio", private_dns=False), "private DNS off", "modify-vpc-endpoint"),
    (of("sts", policy=only_account(OTHER)), "denies sts:GetCallerIdentity", ACCOUNT),
    (of("sts", policy=policy(Effect="Deny")), "denies", ACCOUNT),
    (of("sts", policy=policy(Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:role/crm"})),
     "denies", ACCOUNT),
    (of("sts", policy=policy(Condition={"StringNotEquals": {"aws:SourceVpc": VPC}})),
     "denies", ACCOUNT),
    (of("ssm", policy=only_account(ACCOUNT)), "SageMaker's remote access", "ssh-helper"),
    (both(of("logs", group_ids=("sg-other",)), group(replace(HTTPS_IN, peers=("10.8.0.0/24",)))),
     f"allow no HTTPS from {SECOND}", "10.8.1.0/24"),
    (group(replace(HTTPS_IN, ports=(80, 80))), "allow no HTTPS", "TCP 443"),
    (group(replace(HTTPS_IN, peers=(APPS,))), "allow no HTTPS", "TCP 443"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "found", "fix"), PROBLEMS)
def test_a_problem_of_an_endpoint_is_found(change: Change, found: str, fix: str) -> None:
    assert_found_alone("network-endpoints", settings(), change, found, fix)


def test_an_existing_endpoint_conflicts_with_a_new_one() -> None:
    fix = 'network.endpoints = "create-missing", or ["ssm"]'
    new, change = settings(endpoints="create"), has(endpoint("ssm"))
    assert_found_alone("network-endpoints", new, change, "vpce-ssm", fix)


@pytest.mark.parametrize(
    ("change", "found", "fix"),
    [
        (first(routes=(LOCAL,)), f"{FIRST} has no route to S3", "gateway"),
        (of("s3", policy=policy(Action="s3:ListBucket")), "denies s3:GetObject", ACCOUNT),
    ],
)
def test_s3_needs_a_gateway_endpoint(change: Change, found: str, fix: str) -> None:
    assert_found_alone("network-s3", settings(), change, found, fix)
