"""The inventory lists the resources of moto's main services."""

from studio_emulator.server import Emulator
from tests.emulator.ec2_network import Ec2Network
from tests.emulator.inventory.listing import OneOfEach, create_and_list
from tests.emulator.samples import create_key, document, trust

ONE_OF_EACH: OneOfEach = {
    ("ec2", "elastic-ip"): ("allocate_address", {"Domain": "vpc"}),
    ("ec2", "internet-gateway"): ("create_internet_gateway", {}),
    ("ec2", "volume"): ("create_volume", {"AvailabilityZone": "us-east-1a", "Size": 1}),
    ("ecr", "repository"): ("create_repository", {"repositoryName": "studio/tiny"}),
    ("efs", "file-system"): ("create_file_system", {"CreationToken": "homes"}),
    ("iam", "policy"): (
        "create_policy",
        {
            "PolicyName": "p",
            "PolicyDocument": document({"Effect": "Deny", "Action": "*", "Resource": "*"}),
        },
    ),
    ("iam", "role"): (
        "create_role",
        {"RoleName": "r", "AssumeRolePolicyDocument": document(trust())},
    ),
    ("logs", "log-group"): ("create_log_group", {"logGroupName": "g"}),
    ("s3", "bucket"): ("create_bucket", {"Bucket": "a-bucket-of-mine"}),
    ("ssm", "parameter"): ("put_parameter", {"Name": "p", "Value": "v", "Type": "String"}),
}


def test_each_type_is_listed_once(aws: Emulator) -> None:
    create_and_list(aws, ONE_OF_EACH)


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
