"""Checks a request's subnets, groups and how many, keys (the domain's too), roles, file systems.

Each function raises ValidationException if its check fails.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from studio_emulator import iam
from studio_emulator.call import Call
from studio_emulator.moto_internals.resources import kms_key
from studio_emulator.studio.refusals import invalid

SERVICE = "sagemaker.amazonaws.com"
MOST_SECURITY_GROUPS = 4


def vpc(call: Call, vpc_id: str) -> None:
    """The VPC must exist."""
    if vpc_id not in call.backend("ec2").vpcs:
        raise invalid(f"The vpc ID '{vpc_id}' does not exist.")


def subnets(call: Call, vpc_id: str, subnet_ids: Iterable[str]) -> None:
    """Each subnet must exist in the VPC."""
    known = {
        subnet_id: subnet
        for zone in call.backend("ec2").subnets.values()
        for subnet_id, subnet in zone.items()
    }
    for subnet_id in subnet_ids:
        if subnet_id not in known:
            raise invalid(f"The subnet ID '{subnet_id}' does not exist.")
        if known[subnet_id].vpc_id != vpc_id:
            raise invalid(f"Subnet '{subnet_id}' does not belong to VPC '{vpc_id}'.")


def interface_vpc(domain: Mapping[str, Any]) -> str | None:
    """The VPC of the apps' network interfaces, to which users' security groups must belong.

    With PublicInternetOnly the interfaces are in a VPC of SageMaker, and AWS accepts groups of any
    VPC: the provider's acceptance test of `security_groups` uses a group of the default VPC.
    """
    return str(domain["VpcId"]) if domain["AppNetworkAccessType"] == "VpcOnly" else None


def security_groups(call: Call, vpc_id: str | None, group_ids: Iterable[str]) -> None:
    """At most four security groups, each of which must exist in the VPC.

    A network interface has at most five groups, and SageMaker adds one for NFS
    (UserSettings$SecurityGroups in the API reference).
    """
    ids = list(group_ids)
    if len(ids) > MOST_SECURITY_GROUPS:
        raise invalid(
            f"{len(ids)} security groups given, at most {MOST_SECURITY_GROUPS} are allowed: "
            "SageMaker adds one for NFS traffic."
        )
    for group_id in ids:
        group = call.backend("ec2").get_security_group_from_id(group_id)
        if group is None:
            raise invalid(f"The security group '{group_id}' does not exist.")
        if vpc_id and group.vpc_id != vpc_id:
            raise invalid(f"Security group '{group_id}' does not belong to VPC '{vpc_id}'.")


def key_of_domain(call: Call, domain: Mapping[str, Any]) -> None:
    """The key that encrypts the domain's file system and volumes, if any, must be enabled.

    EBS attaches no volume whose key is not enabled, and EFS stops after a while:
    https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption-unusable-keys.html
    https://docs.aws.amazon.com/efs/latest/ug/use-kms-key.html
    """
    if "KmsKeyId" not in domain:
        return
    key_id = domain["KmsKeyId"]
    key = kms_key(call.backend("kms"), key_id)
    if key is None:
        raise invalid(f"KMS key '{key_id}' does not exist.")
    if key.key_state != "Enabled":
        raise invalid(f"KMS key '{key_id}' is not enabled.")


def execution_role(call: Call, arn: str, *, source_arn: str) -> iam.Role:
    """The role, which must exist, and which SageMaker must be able to assume for `source_arn`."""
    role = iam.role_named(call.account, arn)
    if role is None:
        raise invalid(f"The execution role '{arn}' does not exist.")
    if not iam.trusts(role, SERVICE, context={"aws:SourceArn": source_arn}):
        raise invalid(
            f"SageMaker is unable to assume the role '{arn}'. Check its trust relationship "
            f"with '{SERVICE}'."
        )
    return role


def file_system(call: Call, file_system_id: str) -> None:
    """The EFS file system must exist."""
    if file_system_id not in call.backend("efs").file_systems_by_id:
        raise invalid(f"The file system '{file_system_id}' does not exist.")
