"""The network, keys, roles and file systems that requests name."""

from typing import Any

import pytest

from tests.emulator.control_plane import ACCOUNT, ROLE, ControlPlane

ABSENT_SUBNET, ABSENT_GROUP = "subnet-0123456789abcdef0", "sg-0123456789abcdef0"
WITH_ABSENT_GROUP = {"ExecutionRole": ROLE, "SecurityGroups": [ABSENT_GROUP]}
ABSENT_ROLE = f"arn:aws:iam::{ACCOUNT}:role/absent"


@pytest.mark.parametrize(
    ("words", "changes"),
    [
        ("vpc ID 'vpc-0123456789abcdef0'", {"VpcId": "vpc-0123456789abcdef0"}),
        (f"'{ABSENT_SUBNET}' does not exist", {"SubnetIds": [ABSENT_SUBNET]}),
        ("does not exist", {"KmsKeyId": "12345678-1234-1234-1234-123456789012"}),
        ("KMS key 'alias/absent' does not exist", {"KmsKeyId": "alias/absent"}),
        ("does not exist", {"DefaultUserSettings": {"ExecutionRole": ABSENT_ROLE}}),
        (f"'{ABSENT_GROUP}' does not exist", {"DefaultUserSettings": WITH_ABSENT_GROUP}),
    ],
)
def test_named_resources_must_exist(
    studio: ControlPlane, words: str, changes: dict[str, Any]
) -> None:
    studio.refuse_domain(words, **changes)


def test_subnets_and_groups_must_belong_to_the_vpc(studio: ControlPlane) -> None:
    _, subnet, group = studio.other_vpc()
    words = "does not belong to VPC"
    studio.refuse_domain(words, SubnetIds=[subnet])
    studio.refuse_domain(words, DomainSettings={"SecurityGroupIds": [group]})
    studio.refuse_settings(words, SecurityGroups=[group])


def test_key_must_be_enabled(studio: ControlPlane) -> None:
    kms = studio.call.backend("kms")
    disabled = kms.create_key(None, "ENCRYPT_DECRYPT", "", "", None)
    kms.disable_key(disabled.id)
    studio.refuse_domain("not enabled", KmsKeyId=disabled.id)


def test_roles_must_trust_sagemaker(studio: ControlPlane) -> None:
    of_ec2 = f"arn:aws:iam::{ACCOUNT}:role/of-ec2"
    studio.role(of_ec2, ["sts:AssumeRole"], "ec2.amazonaws.com")
    studio.refuse_settings("unable to assume", ExecutionRole=of_ec2)
    lab = {"EmrSettings": {"ExecutionRoleArns": [of_ec2]}}
    studio.refuse_settings("unable to assume", JupyterLabAppSettings=lab)
