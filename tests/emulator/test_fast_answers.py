"""What the emulator does faster than moto answers what moto does."""

from __future__ import annotations

import json
from typing import Any

import pytest
import xmltodict  # type: ignore[import-untyped]

from studio_emulator.moto_internals.answers import Xml
from studio_emulator.server import Emulator


@pytest.mark.parametrize("full", [True, False])
@pytest.mark.parametrize(
    "content",
    [
        None,
        "",
        "a < b & 'c' > \"d\"",
        {},
        {"empty": {}, "none": None, "list": [], "items": {"item": ["a", "", None, 3, True, b"x"]}},
        {"@xmlns": "http://x/", "@a": 'q"<&', "b": {"@c": None, "#text": "t<"}, "#text": "é"},
        {"item": [{"a": [{"b": 1}, {"b": [2, {"@c": "d"}]}]}, {}], "f": 1.5, "t": ("x", "y")},
    ],
)
def test_xml_is_xmltodict_s(content: Any, full: bool) -> None:
    given = {"full_document": full, "short_empty_elements": True}
    document = {"Answer": content}
    assert Xml.unparse(document, **given) == xmltodict.unparse(document, **given)


def test_a_name_that_is_none_of_xml_is_refused() -> None:
    with pytest.raises(ValueError, match="whitespace"):
        Xml.unparse({"a b": "c"}, full_document=True, short_empty_elements=True)


def test_images_of_aws_and_their_snapshots_are_there_from_the_start(
    aws: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOTO_EC2_LOAD_DEFAULT_AMIS", "true")
    assert aws.client("ec2").describe_snapshots()["Snapshots"]
    assert aws.client("ec2", region="eu-west-1").describe_images(Owners=["amazon"])["Images"]
    assert not {"image", "snapshot"} & {item.type for item in aws.inventory()}


def test_policies_of_aws_are_there_beside_the_account_s(aws: Emulator) -> None:
    iam = aws.client("iam")
    allow = {"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    own = iam.create_policy(PolicyName="own", PolicyDocument=document)["Policy"]["Arn"]
    aws_s = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    iam.create_role(RoleName="role", AssumeRolePolicyDocument=_TRUST)
    for arn in (own, aws_s):
        iam.attach_role_policy(RoleName="role", PolicyArn=arn)
    assert iam.get_policy(PolicyArn=aws_s)["Policy"]["AttachmentCount"] == 1
    pages = iam.get_paginator("list_policies")
    local = [each["Arn"] for page in pages.paginate(Scope="Local") for each in page["Policies"]]
    every = {each["Arn"] for page in pages.paginate() for each in page["Policies"]}
    assert local == [own]
    assert {own, aws_s} < every
    for arn in (own, aws_s):
        iam.detach_role_policy(RoleName="role", PolicyArn=arn)
        with pytest.raises(iam.exceptions.NoSuchEntityException):
            iam.detach_role_policy(RoleName="role", PolicyArn=arn)
    with pytest.raises(iam.exceptions.NoSuchEntityException):
        iam.attach_role_policy(RoleName="role", PolicyArn="arn:aws:iam::aws:policy/Nothing")


def test_asymmetric_keys_sign(aws: Emulator) -> None:
    kms = aws.client("kms")
    key = kms.create_key(KeyUsage="SIGN_VERIFY", KeySpec="ECC_NIST_P256")["KeyMetadata"]["KeyId"]
    asked = {"KeyId": key, "Message": b"text", "SigningAlgorithm": "ECDSA_SHA_256"}
    signature = kms.sign(**asked)["Signature"]
    assert kms.verify(**asked, Signature=signature)["SignatureValid"]
    assert kms.get_public_key(KeyId=key)["PublicKey"] == kms.get_public_key(KeyId=key)["PublicKey"]


def test_rules_and_tags_are_found_by_id_among_those_of_others(aws: Emulator) -> None:
    ec2 = aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    rules = {}
    for name in ("alice", "bob"):
        group = ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc)["GroupId"]
        ec2.create_tags(Resources=[group], Tags=[{"Key": "user", "Value": name}])
        (rule,) = ec2.authorize_security_group_ingress(
            GroupId=group, IpProtocol="tcp", FromPort=1, ToPort=2, CidrIp="10.0.0.0/8"
        )["SecurityGroupRules"]
        rules[group] = rule["SecurityGroupRuleId"]
        found = ec2.describe_security_group_rules(SecurityGroupRuleIds=[rules[group]])
        assert [each["GroupId"] for each in found["SecurityGroupRules"]] == [group]
        of_group = [{"Name": "group-id", "Values": [group]}]
        listed = ec2.describe_security_group_rules(Filters=of_group)["SecurityGroupRules"]
        assert {each["GroupId"] for each in listed} == {group}
        assert rules[group] in {each["SecurityGroupRuleId"] for each in listed}
    both = ec2.describe_security_group_rules(SecurityGroupRuleIds=list(rules.values()))
    assert {each["GroupId"] for each in both["SecurityGroupRules"]} == set(rules)
    for values, users in ((list(rules), {"alice", "bob"}), (["sg-*"], {"alice", "bob"})):
        tags = ec2.describe_tags(Filters=[{"Name": "resource-id", "Values": values}])["Tags"]
        assert {tag["Value"] for tag in tags} == users
    first = next(iter(rules))
    (tag,) = ec2.describe_tags(Filters=[{"Name": "resource-id", "Values": [first]}])["Tags"]
    assert (tag["ResourceId"], tag["Value"]) == (first, "alice")
    ec2.delete_security_group(GroupId=first)
    with pytest.raises(ec2.exceptions.ClientError, match="NotFound"):
        ec2.describe_security_group_rules(SecurityGroupRuleIds=[rules[first]])
    with pytest.raises(ec2.exceptions.ClientError, match="NotFound"):
        ec2.describe_security_groups(GroupIds=[first])


_TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "sagemaker.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
)
