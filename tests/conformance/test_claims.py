"""The claims about SageMaker that the product relies on, with boto3."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.conformance.account import TAG, Account, distribution_spec, refused
from tests.conformance.cleanup import delete_app, delete_domain
from tests.conformance.conftest import CreateDomain, Network, start_app, updated

claim = pytest.mark.claim


@claim("domain-name-once")
def test_a_second_domain_cannot_have_the_same_name(
    account: Account, network: Network, role: str, domain: str
) -> None:
    assert domain
    with refused("ResourceInUse"):
        account.client("sagemaker").create_domain(
            DomainName=account.name("domain"),
            AuthMode="IAM",
            VpcId=network.vpc_id,
            SubnetIds=network.subnet_ids,
            DefaultUserSettings={"ExecutionRole": role},
            Tags=account.tags,
        )


@claim("domain-with-profiles")
def test_a_domain_with_user_profiles_cannot_be_deleted(
    account: Account, domain: str, profile: str
) -> None:
    assert profile
    with refused("ResourceInUse"):
        account.client("sagemaker").delete_domain(
            DomainId=domain, RetentionPolicy={"HomeEfsFileSystem": "Delete"}
        )


@claim("profile-with-space")
def test_a_user_profile_with_a_space_cannot_be_deleted(
    account: Account, domain: str, profile: str, space: str
) -> None:
    assert space
    with refused("ResourceInUse"):
        account.client("sagemaker").delete_user_profile(DomainId=domain, UserProfileName=profile)


@claim("home-file-system-tag")
def test_the_home_file_system_has_a_tag_with_its_domain(account: Account, domain: str) -> None:
    described = account.client("sagemaker").describe_domain(DomainId=domain)
    (system,) = account.client("efs").describe_file_systems(
        FileSystemId=described["HomeEfsFileSystemId"]
    )["FileSystems"]
    tags = {tag["Key"]: tag["Value"] for tag in system["Tags"]}
    assert tags.get("ManagedByAmazonSageMakerResource") == described["DomainArn"]


@claim("nfs-groups-deleted")
def test_nfs_groups_are_deleted_with_their_domain(
    account: Account, network: Network, create_domain: CreateDomain
) -> None:
    domain_id = create_domain("short-lived")
    ec2, of = account.client("ec2"), [{"Name": "vpc-id", "Values": [network.vpc_id]}]

    def groups() -> list[str]:
        found = ec2.describe_security_groups(Filters=of)["SecurityGroups"]
        return [group["GroupName"] for group in found if domain_id in group["GroupName"]]

    assert len(groups()) == 2
    delete_domain(account, domain_id)
    assert groups() == []


def _jupyter_lab(account: Account, domain: str, profile: str, **given: Any) -> dict[str, Any]:
    """The profile's JupyterLab settings after an update with only these members."""
    found = updated(account, domain, profile, JupyterLabAppSettings=given)
    answer: dict[str, Any] = found.get("JupyterLabAppSettings", {})
    return answer


@claim("settings-merged")
def test_an_update_keeps_omitted_members(
    account: Account, domain: str, profile: str, lifecycle_config: str
) -> None:
    spec = {"InstanceType": "ml.t3.large"}
    _jupyter_lab(account, domain, profile, LifecycleConfigArns=[lifecycle_config])
    found = _jupyter_lab(account, domain, profile, DefaultResourceSpec=spec)
    _jupyter_lab(account, domain, profile, LifecycleConfigArns=[])
    assert found.get("LifecycleConfigArns") == [lifecycle_config]


@claim("lifecycle-config-cleared")
def test_an_empty_list_removes_a_lifecycle_configuration(
    account: Account, domain: str, profile: str, lifecycle_config: str
) -> None:
    before = _jupyter_lab(account, domain, profile, LifecycleConfigArns=[lifecycle_config])
    assert before["LifecycleConfigArns"] == [lifecycle_config]
    found = _jupyter_lab(account, domain, profile, LifecycleConfigArns=[])
    assert not found.get("LifecycleConfigArns")


@claim("lifecycle-config-in-use")
def test_a_lifecycle_configuration_in_use_cannot_be_deleted(
    account: Account, domain: str, profile: str, lifecycle_config: str
) -> None:
    _jupyter_lab(account, domain, profile, LifecycleConfigArns=[lifecycle_config])
    with refused("ResourceInUse"):
        account.client("sagemaker").delete_studio_lifecycle_config(
            StudioLifecycleConfigName=account.name("start")
        )
    _jupyter_lab(account, domain, profile, LifecycleConfigArns=[])


@claim("space-untagged")
def test_a_space_has_only_the_requested_tags(account: Account, domain: str, space: str) -> None:
    sagemaker = account.client("sagemaker")
    arn = sagemaker.describe_space(DomainId=domain, SpaceName=space)["SpaceArn"]
    keys = [tag["Key"] for tag in sagemaker.list_tags(ResourceArn=arn)["Tags"]]
    assert TAG in keys
    assert "sagemaker:user-profile-arn" not in keys


@claim("update-space-app-type")
def test_an_update_of_a_space_cannot_have_an_app_type(
    account: Account, domain: str, space: str
) -> None:
    with refused("ValidationException"):
        account.client("sagemaker").update_space(
            DomainId=domain, SpaceName=space, SpaceSettings={"AppType": "JupyterLab"}
        )


@claim("session-without-app")
def test_no_session_without_an_app(account: Account, domain: str, space: str) -> None:
    sagemaker = account.client("sagemaker")
    arn = sagemaker.describe_space(DomainId=domain, SpaceName=space)["SpaceArn"]
    with refused("any"):
        sagemaker.start_session(ResourceIdentifier=arn)


@contextmanager
def _apps_deleted(account: Account, domain: str, space: str) -> Iterator[None]:
    """Delete an app that AWS did not refuse, because other checks use the space."""
    try:
        yield
    finally:
        key = {"DomainId": domain, "SpaceName": space}
        delete_app(account, key | {"AppType": "JupyterLab", "AppName": "default"})


@claim("app-needs-image", creates="refused_app")
def test_an_app_needs_an_image(account: Account, domain: str, space: str) -> None:
    with _apps_deleted(account, domain, space), refused("ValidationException"):
        start_app(account, domain, space, InstanceType="ml.t3.large")


@claim("remote-access-memory", creates="refused_app")
def test_remote_access_needs_8_gib(account: Account, domain: str, space: str) -> None:
    with _apps_deleted(account, domain, space), refused("ValidationException"):
        start_app(account, domain, space, **distribution_spec(account.region, "ml.t3.medium"))
