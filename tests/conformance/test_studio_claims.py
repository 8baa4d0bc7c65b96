"""Claims about SageMaker's control plane that only the emulated AWS relies on, with boto3."""

from functools import partial
from typing import Any

import pytest

from tests.conformance.account import Account, distribution_spec, refused
from tests.conformance.conftest import Network, start_app, updated

claim = pytest.mark.claim


@claim("tags-of-unknown-arn")
def test_tags_of_an_unknown_resource_cannot_be_listed(account: Account, domain: str) -> None:
    described = account.client("sagemaker").describe_domain(DomainId=domain)
    arn = described["DomainArn"].replace(":domain/", ":app/") + "/nobody/jupyterlab/default"
    with refused("ValidationException"):
        account.client("sagemaker").list_tags(ResourceArn=arn)


@claim("names-without-case")
def test_names_differ_in_more_than_case(account: Account, domain: str, profile: str) -> None:
    with refused("ResourceInUse"):
        account.client("sagemaker").create_user_profile(
            DomainId=domain, UserProfileName=profile.upper(), Tags=account.tags
        )


def _create_app_image_config(account: Account, suffix: str, **members: Any) -> None:
    account.client("sagemaker").create_app_image_config(
        AppImageConfigName=account.name(suffix), Tags=account.tags, **members
    )


@claim("app-image-config-types")
def test_an_app_image_config_has_at_most_one_app_type(account: Account) -> None:
    _create_app_image_config(account, "no-type")
    both: Any = {"JupyterLabAppImageConfig": {}, "CodeEditorAppImageConfig": {}}
    with refused("ValidationException"):
        _create_app_image_config(account, "two-types", **both)


@claim("file-system-config-users")
def test_jupyterlab_cannot_run_as_root(account: Account) -> None:
    root = {"FileSystemConfig": {"DefaultUid": 0, "DefaultGid": 0}}
    with refused("ValidationException"):
        _create_app_image_config(account, "root", JupyterLabAppImageConfig=root)


@claim("classic-closed", creates="refused_app")
def test_studio_classic_cannot_start_an_app(account: Account, domain: str, profile: str) -> None:
    with refused("ValidationException"):
        account.client("sagemaker").create_app(
            DomainId=domain,
            UserProfileName=profile,
            AppType="JupyterServer",
            AppName="default",
            Tags=account.tags,
        )


@claim("app-named-default", creates="refused_app")
def test_the_app_of_a_space_is_named_default(account: Account, domain: str, space: str) -> None:
    with refused("ValidationException"):
        start_app(account, domain, space, name="other", **distribution_spec(account.region))


@claim("four-security-groups")
def test_a_profile_cannot_have_four_more_security_groups(
    account: Account, domain: str, profile: str, network: Network
) -> None:
    new = {"Description": "More than the limit", "VpcId": network.vpc_id}
    create = partial(account.client("ec2").create_security_group, **new)
    groups = [create(GroupName=account.name(f"user-{n}"))["GroupId"] for n in range(4)]
    with refused("ValidationException"):
        updated(account, domain, profile, SecurityGroups=groups)


@claim("script-of-another-type")
def test_a_script_of_another_app_type_can_be_attached(
    account: Account, domain: str, profile: str, lifecycle_config: str
) -> None:
    attached = {"LifecycleConfigArns": [lifecycle_config]}
    found = updated(account, domain, profile, CodeEditorAppSettings=attached)
    updated(account, domain, profile, CodeEditorAppSettings={"LifecycleConfigArns": []})
    assert found["CodeEditorAppSettings"]["LifecycleConfigArns"] == [lifecycle_config]


@claim("default-script-cleared")
def test_the_value_none_removes_the_default_script(
    account: Account, domain: str, profile: str, lifecycle_config: str
) -> None:
    for arn in (lifecycle_config, "None"):
        spec = {"InstanceType": "ml.t3.large", "LifecycleConfigArn": arn}
        found = updated(
            account, domain, profile, JupyterLabAppSettings={"DefaultResourceSpec": spec}
        )["JupyterLabAppSettings"]["DefaultResourceSpec"]
        assert found.get("LifecycleConfigArn") == (None if arn == "None" else arn)


@claim("rstudio-user-group")
def test_the_user_group_of_rstudio_has_a_default(
    account: Account, domain: str, profile: str
) -> None:
    off = {"AccessStatus": "DISABLED"}
    found = updated(account, domain, profile, RStudioServerProAppSettings=off)
    assert found["RStudioServerProAppSettings"]["UserGroup"] == "R_STUDIO_USER"


@claim("group-management-is-rstudios")
def test_group_management_is_only_for_rstudio(account: Account, domain: str) -> None:
    with refused("ValidationException"):
        account.client("sagemaker").update_domain(
            DomainId=domain, AppSecurityGroupManagement="Service"
        )


@claim("shared-space-role")
def test_a_shared_space_needs_a_role(account: Account, domain: str) -> None:
    with refused("ValidationException"):
        account.client("sagemaker").create_space(
            DomainId=domain, SpaceName=account.name("shared"), Tags=account.tags
        )


@claim("private-space-app-types")
def test_a_private_space_is_for_an_editor(account: Account, domain: str, profile: str) -> None:
    with refused("ValidationException"):
        account.client("sagemaker").create_space(
            DomainId=domain,
            SpaceName=account.name("private"),
            SpaceSettings={"AppType": "TensorBoard"},
            OwnershipSettings={"OwnerUserProfileName": profile},
            SpaceSharingSettings={"SharingType": "Private"},
            Tags=account.tags,
        )


def _image(account: Account, suffix: str, role: str) -> dict[str, Any]:
    """The description of a new image after its creation ended."""
    sagemaker, name = account.client("sagemaker"), account.name(suffix)
    sagemaker.create_image(ImageName=name, RoleArn=role, Tags=account.tags)
    describe = partial(sagemaker.describe_image, ImageName=name)
    return account.wait_until_settled(describe, "creating an image", "ImageStatus")


@claim("image-with-unknown-role", creates="image")
def test_an_image_without_a_role_fails(account: Account, role: str) -> None:
    found = _image(account, "no-role", f"{role}-unknown")
    assert found["ImageStatus"] == "CREATE_FAILED"
    assert found["FailureReason"]


@claim("version-of-absent-image", creates="image")
def test_a_version_of_an_absent_image_fails(account: Account, role: str) -> None:
    sagemaker, name = account.client("sagemaker"), account.name("absent")
    _image(account, "absent", role)
    registry = f"{role.split(':')[4]}.dkr.ecr.{account.region}.amazonaws.com"
    sagemaker.create_image_version(
        ImageName=name,
        BaseImage=f"{registry}/{name}:none",
        ClientToken=account.run_id.rjust(36, "x"),
    )
    describe = partial(sagemaker.describe_image_version, ImageName=name)
    found = account.wait_until_settled(describe, "creating a version", "ImageVersionStatus")
    assert found["ImageVersionStatus"] == "CREATE_FAILED"
