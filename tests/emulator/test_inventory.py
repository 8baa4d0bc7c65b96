"""The inventory lists every type of resource."""

from typing import Any

import pytest

from studio_emulator.moto_internals import get_backend
from studio_emulator.server import Emulator
from tests.emulator.samples import ACCOUNT, REGION, document, make_role, trust

# operation and parameters, by service and type in the inventory
_ONE_OF_EACH: dict[tuple[str, str], tuple[str, dict[str, Any]]] = {
    ("dynamodb", "table"): (
        "create_table",
        {
            "TableName": "locks",
            "KeySchema": [{"AttributeName": "LockID", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "LockID", "AttributeType": "S"}],
            "BillingMode": "PAY_PER_REQUEST",
        },
    ),
    ("ec2", "elastic-ip"): ("allocate_address", {"Domain": "vpc"}),
    ("ec2", "internet-gateway"): ("create_internet_gateway", {}),
    ("ec2", "key-pair"): ("create_key_pair", {"KeyName": "k"}),
    ("ec2", "launch-template"): (
        "create_launch_template",
        {"LaunchTemplateName": "small", "LaunchTemplateData": {"InstanceType": "t3.micro"}},
    ),
    ("ec2", "prefix-list"): (
        "create_managed_prefix_list",
        {"PrefixListName": "p", "MaxEntries": 1, "AddressFamily": "IPv4"},
    ),
    ("ec2", "volume"): ("create_volume", {"AvailabilityZone": "us-east-1a", "Size": 1}),
    ("ec2", "vpc"): ("create_vpc", {"CidrBlock": "10.0.0.0/16"}),
    ("ec2", "vpn-gateway"): ("create_vpn_gateway", {"Type": "ipsec.1"}),
    ("ecr", "repository"): ("create_repository", {"repositoryName": "studio/tiny"}),
    ("efs", "file-system"): ("create_file_system", {"CreationToken": "homes"}),
    ("events", "rule"): ("put_rule", {"Name": "r", "ScheduleExpression": "rate(1 day)"}),
    ("iam", "open-id-connect-provider"): (
        "create_open_id_connect_provider",
        {"Url": "https://oidc.example", "ThumbprintList": ["a" * 40]},
    ),
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
    ("kms", "key"): ("create_key", {}),
    ("logs", "log-group"): ("create_log_group", {"logGroupName": "g"}),
    ("route53", "zone"): (
        "create_hosted_zone",
        {
            "Name": "a.example",
            "CallerReference": "1",
        },
    ),
    ("s3", "bucket"): ("create_bucket", {"Bucket": "a-bucket-of-mine"}),
    ("sagemaker", "model"): (
        "create_model",
        {"ModelName": "m", "ExecutionRoleArn": "arn:aws:iam::123456789012:role/studio"},
    ),
    ("sagemaker", "notebook-instance"): (
        "create_notebook_instance",
        {
            "NotebookInstanceName": "n",
            "InstanceType": "ml.t3.medium",
            "RoleArn": "arn:aws:iam::123456789012:role/studio",
        },
    ),
    ("secretsmanager", "secret"): ("create_secret", {"Name": "s", "SecretString": "quiet"}),
    ("ssm", "parameter"): ("put_parameter", {"Name": "p", "Value": "v", "Type": "String"}),
    ("ssm", "maintenance-window"): (
        "create_maintenance_window",
        {
            "Name": "nightly",
            "Schedule": "rate(1 day)",
            "Duration": 2,
            "Cutoff": 1,
            "AllowUnassociatedTargets": True,
        },
    ),
}


@pytest.mark.parametrize(("service", "kind"), _ONE_OF_EACH)
def test_inventory_lists_every_resource_type(aws: Emulator, service: str, kind: str) -> None:
    operation, params = _ONE_OF_EACH[service, kind]
    if kind in ("model", "notebook-instance"):
        make_role(aws, "studio")
    getattr(aws.client(service), operation)(**params)
    listed = [(item.service, item.type) for item in aws.inventory()]
    assert listed.count((service, kind)) == 1, listed


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
