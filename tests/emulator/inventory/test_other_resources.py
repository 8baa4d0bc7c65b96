"""The inventory lists the resources of all other services."""

from studio_emulator.moto_internals import get_backend
from studio_emulator.server import Emulator
from tests.emulator.inventory.listing import OneOfEach, create_and_list
from tests.emulator.samples import ACCOUNT, REGION, make_role

ONE_OF_EACH: OneOfEach = {
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
    ("route53", "zone"): (
        "create_hosted_zone",
        {"Name": "a.example", "CallerReference": "1"},
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
}


def test_each_type_is_listed_once(aws: Emulator) -> None:
    make_role(aws, "studio")
    create_and_list(aws, ONE_OF_EACH)


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
