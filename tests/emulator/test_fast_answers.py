"""The emulator's faster parts return the same as moto's."""

import pytest

from studio_emulator.moto_internals import get_backend
from studio_emulator.moto_internals.loading import own_images
from studio_emulator.server import Emulator
from tests.emulator.samples import ACCOUNT, allow, code_of, document, make_role


@pytest.mark.usefixtures("aws")
def test_aws_images_and_snapshots_load_on_access(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTO_EC2_LOAD_DEFAULT_AMIS", "true")
    for region, attribute in (("us-east-1", "snapshots"), ("eu-west-1", "amis")):
        backend = get_backend("ec2")[ACCOUNT][region]
        for _ in range(2):
            assert own_images(backend) == ({}, {})
            assert getattr(backend, attribute)


def test_aws_policies_load_on_access(aws: Emulator) -> None:
    iam = aws.client("iam")
    rules = document(allow("s3:ListAllMyBuckets"))
    folder = {"Path": "/job-function/"}
    own = iam.create_policy(PolicyName="own", PolicyDocument=rules, **folder)["Policy"]["Arn"]
    aws_s = "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"
    make_role(aws, "role")
    for arn in (own, aws_s):
        iam.attach_role_policy(RoleName="role", PolicyArn=arn)
    assert iam.get_policy(PolicyArn=aws_s)["Policy"]["AttachmentCount"] == 1
    pages = iam.get_paginator("list_policies")
    few = {"PathPrefix": "/job-function/"}
    local = [each["Arn"] for page in pages.paginate(Scope="Local") for each in page["Policies"]]
    every = {each["Arn"] for page in pages.paginate(**few) for each in page["Policies"]}
    assert local == [own]
    assert {own, aws_s} < every
    for arn in (own, aws_s):
        iam.detach_role_policy(RoleName="role", PolicyArn=arn)
        assert code_of(iam.detach_role_policy, RoleName="role", PolicyArn=arn) == "NoSuchEntity"
    unknown = aws_s.replace("Only", "only")
    assert code_of(iam.attach_role_policy, RoleName="role", PolicyArn=unknown) == "NoSuchEntity"


def test_asymmetric_keys_sign(aws: Emulator) -> None:
    kms = aws.client("kms")
    key = kms.create_key(KeyUsage="SIGN_VERIFY", KeySpec="ECC_NIST_P256")["KeyMetadata"]["KeyId"]
    asked = {"KeyId": key, "Message": b"text", "SigningAlgorithm": "ECDSA_SHA_256"}
    signature = kms.sign(**asked)["Signature"]
    assert kms.verify(**asked, Signature=signature)["SignatureValid"]
    assert kms.get_public_key(KeyId=key)["PublicKey"] == kms.get_public_key(KeyId=key)["PublicKey"]


def test_lookups_by_id(aws: Emulator) -> None:
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
