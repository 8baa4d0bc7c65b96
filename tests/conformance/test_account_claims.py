"""Claims about other services than SageMaker, with boto3."""

import pytest

from catalog.endpoint_services import service_name, services
from catalog.names import Feature
from catalog.regions import PARTITIONS
from tests.conformance.account import Account, refused
from tests.conformance.conftest import Network
from tests.emulator.samples import document, grant

claim = pytest.mark.claim


@claim("ec2-dry-run")
def test_a_dry_run_deletes_nothing(account: Account, network: Network) -> None:
    ec2, subnet = account.client("ec2"), network.subnet_ids[0]
    with refused("DryRunOperation"):
        ec2.delete_subnet(SubnetId=subnet, DryRun=True)
    assert ec2.describe_subnets(SubnetIds=[subnet])["Subnets"]


@claim("endpoint-service-names")
def test_the_region_has_the_endpoint_services(account: Account) -> None:
    wanted = {service_name(service, account.region) for service in services([*Feature])}
    offered = account.client("ec2").describe_vpc_endpoint_services()["ServiceNames"]
    assert wanted - set(offered) == set()


@claim("app-quota-names")
def test_the_names_of_the_quotas_of_apps(account: Account) -> None:
    pages = account.client("service-quotas").get_paginator("list_service_quotas")
    names = [
        quota["QuotaName"]
        for page in pages.paginate(ServiceCode="sagemaker")
        for quota in page["Quotas"]
    ]
    assert "Studio JupyterLab Apps running on ml.t3.medium instances" in names


@claim("rule-without-source")
def test_a_rule_names_a_source(account: Account, network: Network) -> None:
    rule = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}
    with refused("InvalidPermission.Malformed"):
        account.client("ec2").authorize_security_group_ingress(
            GroupId=network.group_id, IpPermissions=[rule]
        )


@claim("gateway-without-subnets")
def test_a_gateway_endpoint_has_no_subnets(account: Account, network: Network) -> None:
    with refused("InvalidParameter"):
        account.client("ec2").create_vpc_endpoint(
            VpcId=network.vpc_id,
            ServiceName=f"com.amazonaws.{account.region}.s3",
            VpcEndpointType="Gateway",
            SubnetIds=network.subnet_ids,
        )


@claim("gateway-defaults")
def test_the_defaults_of_a_gateway_endpoint(account: Account, network: Network) -> None:
    ec2 = account.client("ec2")
    endpoint = ec2.create_vpc_endpoint(
        VpcId=network.vpc_id,
        ServiceName=f"com.amazonaws.{account.region}.s3",
        VpcEndpointType="Gateway",
        TagSpecifications=[{"ResourceType": "vpc-endpoint", "Tags": account.tags}],
    )["VpcEndpoint"]
    found = (endpoint.get("IpAddressType"), endpoint.get("DnsOptions", {}).get("DnsRecordIpType"))
    ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint["VpcEndpointId"]])
    assert found == ("ipv4", "service-defined")


@claim("interface-in-use")
def test_a_network_interface_in_use_cannot_be_deleted(
    account: Account, network: Network, domain: str
) -> None:
    assert domain
    ec2 = account.client("ec2")
    of = [{"Name": "vpc-id", "Values": [network.vpc_id]}]
    interface = ec2.describe_network_interfaces(Filters=of)["NetworkInterfaces"][0]
    with refused("InvalidParameterValue"):
        ec2.delete_network_interface(NetworkInterfaceId=interface["NetworkInterfaceId"])


@claim("policy-attached-twice")
def test_a_second_attachment_of_a_policy_has_no_effect(account: Account, role: str) -> None:
    iam, name = account.client("iam"), role.rpartition("/")[2]
    partition = PARTITIONS[account.region]
    policy = f"arn:{partition}:iam::aws:policy/AmazonSageMakerReadOnly"
    for _ in range(2):
        iam.attach_role_policy(RoleName=name, PolicyArn=policy)
    found = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
    iam.detach_role_policy(RoleName=name, PolicyArn=policy)
    assert [one["PolicyArn"] for one in found] == [policy]
    assert iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"] == []


@pytest.fixture
def key(account: Account) -> str:
    """The id of a KMS key."""
    tags = [{"TagKey": tag["Key"], "TagValue": tag["Value"]} for tag in account.tags]
    return str(account.client("kms").create_key(Tags=tags)["KeyMetadata"]["KeyId"])


@claim("kms-waiting-period")
def test_the_waiting_period_of_a_key_is_at_least_a_week(account: Account, key: str) -> None:
    with refused("ValidationException"):
        account.client("kms").schedule_key_deletion(KeyId=key, PendingWindowInDays=3)


@claim("key-policy-lockout")
def test_a_key_policy_must_allow_the_caller_to_change_it(account: Account, key: str) -> None:
    service = {"Service": f"logs.{account.region}.amazonaws.com"}
    policy = document(grant(service, "kms:Encrypt", Resource="*"))
    with refused("MalformedPolicyDocumentException"):
        account.client("kms").put_key_policy(KeyId=key, PolicyName="default", Policy=policy)


@claim("key-states")
def test_a_key_with_a_scheduled_deletion_cannot_encrypt(account: Account, key: str) -> None:
    kms = account.client("kms")
    waiting = kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    assert waiting["KeyState"] == "PendingDeletion"
    with refused("KMSInvalidStateException"):
        kms.encrypt(KeyId=key, Plaintext=b"x")


def _bucket(account: Account, suffix: str) -> str:
    name, location = account.name(suffix), {"LocationConstraint": account.region}
    where = {} if account.region == "us-east-1" else {"CreateBucketConfiguration": location}
    account.client("s3").create_bucket(Bucket=name, **where)
    return name


@claim("s3-key-states", creates="bucket")
def test_s3_does_not_use_a_disabled_key(account: Account, key: str) -> None:
    encrypted = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key}
    put = {"Bucket": _bucket(account, "keys"), "Key": "k", **encrypted}
    account.client("kms").disable_key(KeyId=key)
    with refused("KMS.DisabledException"):
        account.client("s3").put_object(**put)


@claim("bucket-defaults", creates="bucket")
def test_a_bucket_is_encrypted_and_has_no_acl(account: Account) -> None:
    s3, name = account.client("s3"), _bucket(account, "bucket")
    s3.delete_bucket_encryption(Bucket=name)
    rules = s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rules[0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    with refused("AccessControlListNotSupported"):
        s3.put_bucket_acl(Bucket=name, ACL="public-read")


@claim("unknown-node")
def test_no_session_to_an_unknown_node(account: Account) -> None:
    with refused("TargetNotConnected"):
        account.client("ssm").start_session(Target="mi-0123456789abcdef0")
