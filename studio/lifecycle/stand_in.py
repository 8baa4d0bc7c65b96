"""Copies of existing resources on an emulated AWS, for a rehearsal."""

import json
from collections.abc import Mapping
from typing import Any

from settings import Settings
from studio.aws.client import Aws
from studio.aws.ecr import Ecr, Repository, digest_of
from studio.aws.existing_network import ExistingNetwork
from studio.doctor.existing_roles import existing_role_arns
from studio.images.placeholder import placeholder


def describe(settings: Settings, network: ExistingNetwork) -> str:
    """The VPC as JSON, for ``create`` in the child process, which cannot read it from AWS."""
    return json.dumps(
        {
            "vpc": network.vpc_id,
            "cidrs": network.cidrs,
            "subnets": [[one.id, one.cidr, one.zone] for one in network.subnets],
            "groups": settings.network.security_group_ids,
        }
    )


def create(aws: Aws, described: str) -> dict[str, str]:
    """Create a copy of the VPC; its ids by the existing ids. Raises AwsError."""
    wanted: Mapping[str, Any] = json.loads(described)
    ec2, (first, *others) = aws.client("ec2"), wanted["cidrs"]
    vpc_id = ec2.create_vpc(CidrBlock=first)["Vpc"]["VpcId"]
    ec2.modify_vpc_attribute(VpcId=vpc_id, EnableDnsHostnames={"Value": True})
    for cidr in others:
        ec2.associate_vpc_cidr_block(VpcId=vpc_id, CidrBlock=cidr)
    ids = {wanted["vpc"]: vpc_id}
    for id_, cidr, zone in wanted["subnets"]:
        made = ec2.create_subnet(VpcId=vpc_id, CidrBlock=cidr, AvailabilityZone=zone)
        ids[id_] = made["Subnet"]["SubnetId"]
    for id_ in wanted["groups"]:
        made = ec2.create_security_group(GroupName=id_[3:], Description=id_, VpcId=vpc_id)
        ids[id_] = made["GroupId"]
    return ids


def create_named(aws: Aws, settings: Settings) -> dict[str, str]:
    """Create copies of the policies, roles, key and images that the settings name.

    Returns the ARN or URI of each copy by the existing one. Raises AwsError, UserError.
    """
    iam, ids = aws.client("iam"), dict[str, str]()
    boundary, groups = settings.role.permissions_boundary, settings.groups.values()
    policies = {boundary, *(arn for group in groups for arn in group.policies)} - {""}
    for number, arn in enumerate(sorted(policies)):
        policy = iam.create_policy(PolicyName=f"stand-in-{number}", PolicyDocument=_EVERYTHING)
        ids[arn] = policy["Policy"]["Arn"]
    for number, arn in enumerate(existing_role_arns(settings)):
        name = f"stand-in-{number}"
        made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=_TRUST)
        iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=_EVERYTHING)
        ids[arn] = made["Role"]["Arn"]
    if settings.domain.kms.startswith("arn:"):
        ids[settings.domain.kms] = aws.client("kms").create_key()["KeyMetadata"]["Arn"]
    for name, image in settings.images.items():
        if image.uri:
            ids[image.uri] = _push(aws, name)
    return ids


def _push(aws: Aws, name: str) -> str:
    made = aws.client("ecr").create_repository(repositoryName=f"stand-in/{name}")["repository"]
    repository = Repository(made["repositoryName"], made["repositoryUri"])
    image = placeholder(name, "")
    Ecr(aws).put_image(
        repository, "stand-in", manifest=image.manifest, blobs=(image.config, image.layer)
    )
    return f"{repository.uri}@{digest_of(image.manifest)}"


def _document(**statement: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow", **statement}})


_TRUST = _document(
    Principal={"Service": ["sagemaker.amazonaws.com", "ssm.amazonaws.com"]},
    Action=["sts:AssumeRole", "sts:SetSourceIdentity"],
)
_EVERYTHING = _document(Action="*", Resource="*")


def replace(text: str, ids: Mapping[str, str]) -> str:
    """The text with each id that is a key replaced with its value."""
    # The longest first: role/team-2 begins with role/team.
    for old in sorted(ids, key=len, reverse=True):
        text = text.replace(old, ids[old])
    return text
