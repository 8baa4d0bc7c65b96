"""The inventory lists the resources of moto."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from studio_emulator.moto_internals import get_backend
from studio_emulator.server import Emulator
from tests.emulator.ec2_network import Ec2Network
from tests.emulator.samples import ACCOUNT, REGION, allow, create_key, document, make_role, trust

ONE_OF_EACH: Mapping[tuple[str, str], tuple[str, dict[str, Any]]] = {
    ("ec2", "elastic-ip"): ("allocate_address", {"Domain": "vpc"}),
    ("ec2", "internet-gateway"): ("create_internet_gateway", {}),
    ("ec2", "volume"): ("create_volume", {"AvailabilityZone": "us-east-1a", "Size": 1}),
    ("ecr", "repository"): ("create_repository", {"repositoryName": "studio/tiny"}),
    ("efs", "file-system"): ("create_file_system", {"CreationToken": "homes"}),
    ("iam", "policy"): (
        "create_policy",
        {"PolicyName": "p", "PolicyDocument": document(allow("*"))},
    ),
    ("iam", "role"): (
        "create_role",
        {"RoleName": "r", "AssumeRolePolicyDocument": document(trust())},
    ),
    ("logs", "log-group"): ("create_log_group", {"logGroupName": "g"}),
    ("s3", "bucket"): ("create_bucket", {"Bucket": "a-bucket-of-mine"}),
    ("ssm", "parameter"): ("put_parameter", {"Name": "p", "Value": "v", "Type": "String"}),
    ("dynamodb", "table"): (
        "create_table",
        {
            "TableName": "locks",
            "KeySchema": [{"AttributeName": "LockID", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "LockID", "AttributeType": "S"}],
            "BillingMode": "PAY_PER_REQUEST",
        },
    ),
    ("ec2", "key-pair"): ("create_key_pair", {"KeyName": "k"}),
    ("events", "rule"): ("put_rule", {"Name": "r", "ScheduleExpression": "rate(1 day)"}),
    ("iam", "open-id-connect-provider"): (
        "create_open_id_connect_provider",
        {"Url": "https://oidc.example", "ThumbprintList": ["a" * 40]},
    ),
    ("route53", "zone"): ("create_hosted_zone", {"Name": "a.example", "CallerReference": "1"}),
    ("sagemaker", "notebook-instance"): (
        "create_notebook_instance",
        {
            "NotebookInstanceName": "n",
            "InstanceType": "ml.t3.medium",
            "RoleArn": f"arn:aws:iam::{ACCOUNT}:role/r",
        },
    ),
    ("secretsmanager", "secret"): ("create_secret", {"Name": "s", "SecretString": "quiet"}),
}
"""Operation and parameters, by service and type in the inventory."""


def test_each_type_is_listed_once(aws: Emulator) -> None:
    for (service, _), (operation, params) in ONE_OF_EACH.items():
        getattr(aws.client(service), operation)(**params)
    listed = Counter((item.service, item.type) for item in aws.inventory())
    assert {each: listed[each] for each in ONE_OF_EACH} == dict.fromkeys(ONE_OF_EACH, 1)


def test_deleted_prefix_list_is_not_listed(aws: Emulator) -> None:
    ec2 = aws.client("ec2")
    made = ec2.create_managed_prefix_list(
        PrefixListName="team", MaxEntries=1, AddressFamily="IPv4"
    )["PrefixList"]["PrefixListId"]
    assert [item.id for item in aws.inventory()] == [made]
    ec2.delete_managed_prefix_list(PrefixListId=made)
    assert aws.inventory() == []


def test_inventory_of_a_network(aws: Emulator, net: Ec2Network) -> None:
    net.endpoint()
    assert sorted(item.type for item in aws.inventory()) == [
        "network-interface",
        "security-group",
        "subnet",
        "subnet",
        "subnet",
        "vpc",
        "vpc-endpoint",
    ]
    (group,) = (item for item in aws.inventory() if item.type == "security-group")
    assert (group.name, group.note) == ("g", net.vpc)


def test_key_pending_deletion_is_not_listed(aws: Emulator) -> None:
    kms, key = aws.client("kms"), create_key(aws)
    kms.create_alias(AliasName="alias/home", TargetKeyId=key)
    assert [(item.type, item.id) for item in aws.inventory()] == [
        ("alias", "alias/home"),
        ("key", key),
    ]
    kms.schedule_key_deletion(KeyId=key)
    assert aws.inventory() == []


def test_role_sessions_are_not_listed(aws: Emulator) -> None:
    role = make_role(aws, "worker")
    before = aws.inventory()
    get_backend("sts")[ACCOUNT]["aws"].assume_role(
        region_name=REGION,
        role_session_name="session",
        role_arn=role,
        policy="",
        duration=0,
        external_id="",
    )
    assert aws.inventory() == before


def test_deleted_secret_is_not_listed(aws: Emulator) -> None:
    secrets = aws.client("secretsmanager")
    secrets.create_secret(Name="s", SecretString="quiet")
    secrets.delete_secret(SecretId="s")
    assert aws.inventory() == []
