"""Each check of the account fails alone."""

import boto3
import pytest

from settings import ConnectMethod, Settings
from studio.doctor import account_checks
from studio.doctor.context import Context
from studio.doctor.model import Unmet
from studio_emulator.services import endpoint_services
from tests.studio.doctor.setup import TIER, Break, Breaks, DoctorSetup, checks_in, each


def no_key_bucket(_setup: DoctorSetup) -> None:
    s3 = boto3.client("s3")
    for bucket in s3.list_buckets()["Buckets"]:
        s3.delete_bucket(Bucket=bucket["Name"])


def not_offered(setup: DoctorSetup) -> None:
    offered = list(endpoint_services.endpoint_services("us-east-1"))
    kept = [service for service in offered if service.label != "ssmmessages"]
    setup.monkeypatch.setattr(endpoint_services, "endpoint_services", lambda _region: kept)


BREAKS: Breaks = [
    ("ssm-tier", lambda t: t.studio.ssm.reset_service_setting(SettingId=TIER), "standard"),
    ("key-bucket", no_key_bucket, "sagemaker-us-east-1-123456789012 does not exist"),
    ("quotas", lambda t: t.studio.aws.options.update({"max_apps": 1}), "is 1, the settings need 2"),
    ("endpoint-services", not_offered, "com.amazonaws.us-east-1.ssmmessages"),
]


@each(BREAKS, of=checks_in(account_checks))
def test_each_check_fails_alone(setup: DoctorSetup, name: str, damage: Break, found: str) -> None:
    setup.assert_fails_alone(name, damage, found)


def test_a_quota_of_an_app_for_each_user_is_enough(setup: DoctorSetup) -> None:
    setup.studio.aws.options.update({"max_apps": 2})
    assert account_checks.quotas(setup.context) == "2 JupyterLab on ml.t3.large"


def test_a_missing_key_bucket_names_the_setting_that_creates_it(setup: DoctorSetup) -> None:
    no_key_bucket(setup)
    users = Settings.model_validate({"users": {"alice": {"connect": "native"}}})
    context = Context(settings=users, methods={ConnectMethod.SSH_HELPER})
    with pytest.raises(Unmet, match='`studio up` creates it if a user has connect = "ssh-helper"'):
        account_checks.key_bucket(context)
