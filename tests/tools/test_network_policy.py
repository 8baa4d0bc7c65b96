"""The policy for the network and the keys: what the deployment's tag and name allow."""

import pytest

from catalog.names import DEPLOYMENT_TAG
from tests.tools.test_pipeline_policies import HELD, SENT, assert_limited, can


@pytest.mark.parametrize(
    ("tag", "resource", "actions"),
    [
        (HELD, "vpc/vpc-1", "ec2:CreateTags DeleteTags DeleteVpc ModifyVpcAttribute CreateSubnet"),
        (HELD, "subnet/subnet-1", "ec2:CreateTags AssociateRouteTable DeleteSubnet"),
        (
            HELD,
            "route-table/rtb-1",
            "ec2:CreateTags CreateRoute CreateVpcEndpoint DeleteRouteTable",
        ),
        (HELD, "security-group/sg-1", "ec2:CreateTags DeleteSecurityGroup CreateVpcEndpoint"),
        (HELD, "security-group/sg-1", "ec2:ModifySecurityGroupRules RevokeSecurityGroupEgress"),
        (HELD, "vpc-endpoint/vpce-1", "ec2:CreateTags DeleteVpcEndpoints ModifyVpcEndpoint"),
        (HELD, "key/1", "kms:DisableKeyRotation PutKeyPolicy ScheduleKeyDeletion UntagResource"),
        (SENT, "vpc/*", "ec2:CreateVpc"),
        (SENT, "vpc-endpoint/*", "ec2:CreateVpcEndpoint"),
        (SENT, "key/*", "kms:CreateKey"),
    ],
)
def test_the_role_that_applies_is_limited_to_the_tag(tag: str, resource: str, actions: str) -> None:
    assert_limited(tag, resource, actions)


def test_tags_are_a_part_of_a_creation_and_grants_are_for_services() -> None:
    assert can("kms:CreateGrant", "key/1", **{"kms:GrantIsForAWSResource": "true"})
    assert not can("kms:CreateGrant", "key/1", **{HELD: "NAME"})
    assert can("ec2:CreateTags", "vpc/vpc-1", **{"ec2:CreateAction": "CreateVpc"})


def test_a_key_of_another_deployment_gets_no_tag() -> None:
    for held, allowed in (({HELD: "NAME"}, True), ({HELD: "other"}, False), ({}, True)):
        assert can("kms:TagResource", "key/1", **held) is allowed


def test_an_alias_has_the_name_of_the_deployment() -> None:
    for alias, allowed in (("alias/NAME-disks", True), ("alias/other-disks", False)):
        assert can("kms:CreateAlias", alias) is allowed


def test_the_tag_of_a_default_group_allows_only_to_remove_its_rules() -> None:
    group, name = "security-group/sg-1", "NAME-vpc-unused-default"
    sent = {SENT: "NAME", "aws:RequestTag/Name": name}
    assert can("ec2:CreateTags", group, **sent)
    assert not can("ec2:CreateTags", group, **sent | {"aws:RequestTag/Name": "web"})
    assert not can("ec2:CreateTags", group, **sent | {HELD: "other"})
    held = {HELD: "NAME", "aws:ResourceTag/Name": name}
    assert can("ec2:RevokeSecurityGroupIngress", group, **held)
    for action in ("AuthorizeSecurityGroupIngress", "DeleteSecurityGroup", "DeleteTags"):
        assert not can(f"ec2:{action}", group, **held)
    for key, allowed in (("team", True), ("Name", False), (DEPLOYMENT_TAG, False)):
        assert can("ec2:CreateTags", group, **held, **{"aws:TagKeys": [key]}) is allowed
