"""Endpoint policies decide whether a session to a space is possible."""

import json
from typing import Any

import pytest

from tests.emulator.samples import ACCOUNT
from tests.emulator.studio.app_network import AppNetwork

OF_THE_ACCOUNT = {"StringEquals": {"aws:PrincipalAccount": ACCOUNT}}
OF_THE_ACCOUNT_IF_ANY = {"StringEqualsIfExists": {"aws:PrincipalAccount": ACCOUNT}}


def endpoint_policy(condition: dict[str, Any] | None = None, **changes: Any) -> str:
    statement = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"} | changes
    if condition:
        statement["Condition"] = condition
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.mark.parametrize(
    ("service", "policy", "access", "fails"),
    [
        ("ssm", None, "VpcOnly", False),
        ("ssm", endpoint_policy(), "VpcOnly", False),
        ("ssm", endpoint_policy(OF_THE_ACCOUNT), "VpcOnly", True),
        ("ssmmessages", endpoint_policy(OF_THE_ACCOUNT_IF_ANY), "VpcOnly", True),
        ("ssmmessages", endpoint_policy(Action="ssmmessages:Open*"), "VpcOnly", True),
        ("ssmmessages", endpoint_policy(Action="ssmmessages:*"), "VpcOnly", False),
        ("ssm", endpoint_policy(OF_THE_ACCOUNT), "PublicInternetOnly", False),
        ("sts", endpoint_policy(OF_THE_ACCOUNT), "VpcOnly", False),
    ],
)
def test_endpoint_policy(service: str, policy: str | None, access: str, fails: bool) -> None:
    it = AppNetwork(AppNetworkAccessType=access)
    it.allow()
    for name in ("ssm", "ssmmessages", "sts"):
        it.endpoint(name, policy=policy if name == service else None)
    if fails:
        it.require_session(possible=False)
        it.studio.options.update({"remote_access_obeys_endpoint_policies": False})
    it.require_session()
