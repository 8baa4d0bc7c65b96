"""Requests that AWS's documentation refuses, and moto does not."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from studio_emulator.server import Emulator
from tests.emulator.samples import ACCOUNT, document, grant, make_role, refusal, trust

ABSENT = f"arn:aws:iam::{ACCOUNT}:role/absent"
OWNER = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}


def key(aws: Emulator, **params: Any) -> str:
    return str(aws.client("kms").create_key(**params)["KeyMetadata"]["KeyId"])


def vpc(aws: Emulator) -> str:
    return str(aws.client("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"])


def test_principals_in_resource_policies_must_exist(aws: Emulator) -> None:
    aws.client("s3").create_bucket(Bucket="team-data")
    aws.client("ecr").create_repository(repositoryName="studio")
    owner = grant(OWNER, "kms:*", Resource="*")
    objects = "arn:aws:s3:::team-data/*"

    def put(name: str) -> list[tuple[Callable[..., Any], dict[str, Any], str]]:
        who = {"AWS": f"arn:aws:iam::{ACCOUNT}:role/{name}"}
        return [
            (
                aws.client("s3").put_bucket_policy,
                {
                    "Bucket": "team-data",
                    "Policy": document(grant(who, "s3:GetObject", Resource=objects)),
                },
                "MalformedPolicy",
            ),
            (
                aws.client("kms").create_key,
                {"Policy": document(owner, grant(who, "kms:Decrypt", Resource="*"))},
                "MalformedPolicyDocumentException",
            ),
            (
                aws.client("ecr").set_repository_policy,
                {
                    "repositoryName": "studio",
                    "policyText": document(grant(who, "ecr:BatchGetImage")),
                },
                "InvalidParameterException",
            ),
            (
                aws.client("kms").create_grant,
                {
                    "KeyId": key(aws),
                    "GranteePrincipal": who["AWS"],
                    "Operations": ["Decrypt"],
                },
                "InvalidArnException",
            ),
        ]

    for call, params, code in put("absent"):
        assert refusal(call, **params)[0] == code
    make_role(aws, "present")
    for call, params, _ in put("present"):
        call(**params)


@pytest.mark.parametrize(
    "policy",
    [
        "{}",
        "no JSON",
        document({"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::team-data"}),
        document(grant(OWNER, "s3:GetObject", Resource="arn:aws:s3:::another/*")),
        document(grant(OWNER, "s3:GetObject", Resource="*")),
        document(grant(OWNER, "s3:GetObject")),
    ],
)
def test_bucket_policy_must_name_its_bucket(aws: Emulator, policy: str) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="team-data")
    assert refusal(s3.put_bucket_policy, Bucket="team-data", Policy=policy)[0] == "MalformedPolicy"


def test_iam_names_are_unique_ignoring_case(aws: Emulator) -> None:
    iam = aws.client("iam")
    rules = document({"Effect": "Allow", "Action": "s3:*", "Resource": "*"})
    for call, params, name in (
        (iam.create_role, {"AssumeRolePolicyDocument": document(trust())}, "RoleName"),
        (iam.create_user, {}, "UserName"),
        (iam.create_group, {}, "GroupName"),
        (iam.create_policy, {"PolicyDocument": rules}, "PolicyName"),
    ):
        call(**params, **{name: "Studio"})
        assert refusal(call, **params, **{name: "studio"})[0] == "EntityAlreadyExists"


def test_create_grant_checks_operations_and_names(aws: Emulator) -> None:
    kms = aws.client("kms")
    role = make_role(aws, "studio")
    grant = {"KeyId": key(aws), "GranteePrincipal": role, "Operations": ["Decrypt"]}
    assert refusal(kms.create_grant, **{**grant, "Operations": ["Sign"]})[0] == (
        "ValidationException"
    )
    first, again, other = (
        kms.create_grant(**grant, Name=name)["GrantId"] for name in ("a", "a", "b")
    )
    assert (first == again, first == other) == (True, False)
    assert kms.create_grant(**grant)["GrantId"] != kms.create_grant(**grant)["GrantId"]
    assert refusal(kms.retire_grant)[0] == "ValidationException"
    assert refusal(kms.retire_grant, GrantToken="made-up")[0] == "InvalidGrantTokenException"


def test_key_spec_determines_the_operations(aws: Emulator) -> None:
    kms = aws.client("kms")
    assert refusal(kms.create_key, KeySpec="RSA_2048")[0] == "ValidationException"
    assert refusal(kms.create_key, KeyUsage="SIGN_VERIFY")[0] == "ValidationException"
    signing = key(aws, KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")
    assert refusal(kms.enable_key_rotation, KeyId=signing)[0] == "UnsupportedOperationException"
    mine, other = key(aws), key(aws)
    kms.enable_key_rotation(KeyId=mine)
    blob = kms.encrypt(KeyId=mine, Plaintext=b"x")["CiphertextBlob"]
    assert kms.decrypt(CiphertextBlob=blob, KeyId=mine)["Plaintext"] == b"x"
    assert refusal(kms.decrypt, CiphertextBlob=blob, KeyId=other)[0] == "IncorrectKeyException"
    elsewhere = f"arn:aws:kms:us-west-2:{ACCOUNT}:key/{mine}"
    assert refusal(kms.describe_key, KeyId=elsewhere)[0] == "NotFoundException"
    tags = [{"TagKey": "aws:x", "TagValue": "y"}]
    assert refusal(kms.tag_resource, KeyId=mine, Tags=tags)[0] == "TagException"


def test_internet_gateway_attachment(aws: Emulator) -> None:
    ec2 = aws.client("ec2")
    network = vpc(aws)
    subnet = ec2.create_subnet(VpcId=network, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    table = ec2.create_route_table(VpcId=network)["RouteTable"]["RouteTableId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    route = {
        "RouteTableId": table,
        "DestinationCidrBlock": "0.0.0.0/0",
        "GatewayId": gateway,
    }
    assert refusal(ec2.create_route, **route)[0] == "InvalidParameterValue"
    attached = {"InternetGatewayId": gateway, "VpcId": network}
    ec2.attach_internet_gateway(**attached)
    ec2.create_route(**route)

    assert refusal(ec2.create_nat_gateway, SubnetId=subnet)[0] == "MissingParameter"
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    nat = ec2.create_nat_gateway(SubnetId=subnet, AllocationId=address)["NatGateway"]
    assert refusal(ec2.release_address, AllocationId=address)[0] == "InvalidIPAddress.InUse"
    assert refusal(ec2.detach_internet_gateway, **attached)[0] == "DependencyViolation"
    ec2.delete_nat_gateway(NatGatewayId=nat["NatGatewayId"])
    ec2.detach_internet_gateway(**attached)
    ec2.release_address(AllocationId=address)


def test_aws_tag_prefix_is_reserved(aws: Emulator) -> None:
    tags = [{"Key": "aws:name", "Value": "x"}]
    code, _ = refusal(aws.client("ec2").create_tags, Resources=[vpc(aws)], Tags=tags)
    assert code == "InvalidParameterValue"


def test_web_identity_tokens_are_refused(aws: Emulator) -> None:
    role = make_role(aws, "pipeline")
    session = {"RoleArn": role, "RoleSessionName": "ci"}
    call = aws.client("sts").assume_role_with_web_identity
    assert refusal(call, **session, WebIdentityToken="made-up")[0] == "InvalidIdentityToken"


def test_logs_refuse_invalid_policies_and_unknown_resources(aws: Emulator) -> None:
    logs = aws.client("logs")
    logs.create_log_group(logGroupName="g")
    for policy in ("{", "{}"):
        code, _ = refusal(logs.put_resource_policy, policyName="p", policyDocument=policy)
        assert code == "InvalidParameterException"
    code, _ = refusal(logs.delete_metric_filter, logGroupName="g", filterName="f")
    assert code == "ResourceNotFoundException"
    group = f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group"
    code, _ = refusal(logs.tag_resource, resourceArn=f"{group}:absent", tags={"a": "b"})
    assert code == "ResourceNotFoundException"
    logs.tag_resource(resourceArn=f"{group}:g", tags={"a": "b"})


def test_parameter_limits_and_reserved_document_names(aws: Emulator) -> None:
    ssm = aws.client("ssm")
    put, name = ssm.put_parameter, {"Name": "/studio", "Value": "x"}
    large = {**name, "Value": "x" * 4097, "Type": "String"}
    assert refusal(put, **large)[0] == "ValidationException"
    put(**large, Tier="Advanced")
    secret = {**name, "Name": "/secret", "Type": "SecureString"}
    assert refusal(put, **secret, KeyId="alias/absent")[0] == "InvalidKeyId"
    put(**secret, KeyId=key(aws))
    content = json.dumps({"schemaVersion": "2.2", "mainSteps": []})
    code, _ = refusal(ssm.create_document, Name="AWS-Mine", Content=content, DocumentType="Command")
    assert code == "ValidationException"


def test_settings_that_moto_does_not_store(aws: Emulator) -> None:
    kms, logs, ec2 = (aws.client(name) for name in ("kms", "logs", "ec2"))
    rotated = key(aws)
    kms.enable_key_rotation(KeyId=rotated, RotationPeriodInDays=91)
    assert kms.get_key_rotation_status(KeyId=rotated)["RotationPeriodInDays"] == 91

    # The policy of the keys in the provider's acceptance tests of log groups.
    everybody = document(grant({"AWS": "*"}, "kms:*", Resource="*"))
    encrypted = kms.create_key(Policy=everybody)["KeyMetadata"]["Arn"]
    logs.create_log_group(
        logGroupName="rare", kmsKeyId=encrypted, logGroupClass="INFREQUENT_ACCESS"
    )
    logs.create_log_group(logGroupName="usual")
    classes = [group["logGroupClass"] for group in logs.describe_log_groups()["logGroups"]]
    assert classes == ["INFREQUENT_ACCESS", "STANDARD"]

    aws.client("s3").create_bucket(Bucket="team-flows")
    options = {
        "FileFormat": "parquet",
        "HiveCompatiblePartitions": True,
        "PerHourPartition": True,
    }
    ec2.create_flow_logs(
        ResourceIds=[vpc(aws)],
        ResourceType="VPC",
        TrafficType="ALL",
        LogDestinationType="s3",
        LogDestination="arn:aws:s3:::team-flows",
        DestinationOptions=options,
    )
    (flow,) = ec2.describe_flow_logs()["FlowLogs"]
    assert flow["DestinationOptions"] == options


def test_requested_private_addresses_are_refused(aws: Emulator) -> None:
    ec2 = aws.client("ec2")
    network = vpc(aws)
    subnet = ec2.create_subnet(VpcId=network, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    code, _ = refusal(
        ec2.create_nat_gateway,
        SubnetId=subnet,
        ConnectivityType="private",
        PrivateIpAddress="10.0.0.8",
    )
    assert code == "UnsupportedOperation"
    code, _ = refusal(
        ec2.create_vpc_endpoint,
        VpcId=network,
        VpcEndpointType="Interface",
        ServiceName="com.amazonaws.us-east-1.ec2",
        SubnetIds=[subnet],
        SubnetConfigurations=[{"SubnetId": subnet, "Ipv4": "10.0.0.8"}],
    )
    assert code == "UnsupportedOperation"


def test_deleted_prefix_list_is_not_listed(aws: Emulator) -> None:
    ec2 = aws.client("ec2")
    made = ec2.create_managed_prefix_list(
        PrefixListName="team", MaxEntries=1, AddressFamily="IPv4"
    )["PrefixList"]["PrefixListId"]
    assert made in [item.id for item in aws.inventory()]
    ec2.delete_managed_prefix_list(PrefixListId=made)
    assert made not in [item.id for item in aws.inventory()]
    group = ec2.create_security_group(GroupName="g", Description="g", VpcId=vpc(aws))["GroupId"]
    rule = {"IpProtocol": "-1", "PrefixListIds": [{"PrefixListId": made}]}
    code, _ = refusal(ec2.authorize_security_group_ingress, GroupId=group, IpPermissions=[rule])
    assert code == "InvalidPrefixListID.NotFound"


@pytest.mark.parametrize("named", [5, [5], {"a": "b"}], ids=str)
def test_policy_elements_must_be_strings(aws: Emulator, named: Any) -> None:
    aws.client("s3").create_bucket(Bucket="team-data")
    for statement in (
        grant({"AWS": named}, "s3:GetObject", Resource="arn:aws:s3:::other/*"),
        grant(OWNER, "s3:GetObject", Resource=named),
    ):
        policy = document(statement)
        put = aws.client("s3").put_bucket_policy
        assert refusal(put, Bucket="team-data", Policy=policy)[0] == "MalformedPolicy"


@pytest.mark.parametrize("key_id", ["arn:", "arn:aws", "arn:aws:kms"])
def test_truncated_arns_are_refused(aws: Emulator, key_id: str) -> None:
    assert refusal(aws.client("kms").describe_key, KeyId=key_id)[0] == "NotFoundException"
