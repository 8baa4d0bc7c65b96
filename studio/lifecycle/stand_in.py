"""A stand-in for an existing VPC on an emulated AWS, where a deployment into it is rehearsed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from settings import Settings
from studio.aws.client import Aws
from studio.aws.existing_network import ExistingNetwork


def describe(settings: Settings, network: ExistingNetwork) -> str:
    """What ``create`` needs, as JSON: the rehearsal's process cannot look at the real VPC."""
    return json.dumps(
        {
            "vpc": network.vpc_id,
            "cidrs": network.cidrs,
            "subnets": [[one.id, one.cidr, one.zone] for one in network.subnets],
            "groups": settings.network.security_group_ids,
        }
    )


def create(aws: Aws, described: str) -> dict[str, str]:
    """Create the stand-in; its ids by those of what exists. Raises AwsError."""
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


def replace(text: str, ids: Mapping[str, str]) -> str:
    """The text with each id that is a key replaced with its value."""
    for old, new in ids.items():
        text = text.replace(old, new)
    return text
