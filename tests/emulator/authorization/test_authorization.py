"""The root user needs no permission, and GetCallerIdentity requires none."""

from studio_emulator.server import Emulator
from tests.emulator.samples import client_with, create_user


def test_caller_identity_needs_no_permission_and_root_none(aws: Emulator) -> None:
    alice = client_with(aws, "sts", create_user(aws, "alice"))
    assert alice.get_caller_identity()["Arn"].endswith(":user/alice")
    assert aws.client("ec2").describe_vpcs()["Vpcs"]
