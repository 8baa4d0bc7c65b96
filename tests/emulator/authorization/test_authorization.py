"""The root user needs no permission, and GetCallerIdentity requires none."""

from collections.abc import Callable
from typing import Any

from studio_emulator.server import Emulator


def test_caller_identity_needs_no_permission_and_root_none(
    aws: Emulator, client_of: Callable[..., Any]
) -> None:
    assert client_of("sts").get_caller_identity()["Arn"].endswith(":user/pipeline")
    assert aws.client("ec2").describe_vpcs()["Vpcs"]
