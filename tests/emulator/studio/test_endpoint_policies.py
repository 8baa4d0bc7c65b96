"""Endpoint policies decide whether a session to a space is possible."""

import pytest

from tests.emulator.samples import ACCOUNT, document, grant
from tests.emulator.studio.app_network import AppNetwork

ANY = grant("*", "*", Resource="*")
OF_THE_ACCOUNT = {"Condition": {"StringEquals": {"aws:PrincipalAccount": ACCOUNT}}}
OF_THE_ACCOUNT_IF_ANY = {"Condition": {"StringEqualsIfExists": {"aws:PrincipalAccount": ACCOUNT}}}


@pytest.mark.parametrize(
    ("service", "policy", "access", "fails"),
    [
        ("ssm", None, "VpcOnly", False),
        ("ssm", document(ANY), "VpcOnly", False),
        ("ssm", document(ANY | OF_THE_ACCOUNT), "VpcOnly", True),
        ("ssmmessages", document(ANY | OF_THE_ACCOUNT_IF_ANY), "VpcOnly", True),
        ("ssmmessages", document(ANY | {"Action": "ssmmessages:Open*"}), "VpcOnly", True),
        ("ssmmessages", document(ANY | {"Action": "ssmmessages:*"}), "VpcOnly", False),
        ("ssm", document(ANY | OF_THE_ACCOUNT), "PublicInternetOnly", False),
        ("sts", document(ANY | OF_THE_ACCOUNT), "VpcOnly", False),
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
