"""The settings, images and permissions with which apps start; refused creations."""

from typing import Any

import pytest

from tests.emulator.control_plane import ACCOUNT, DISTRIBUTION, REGION, ROLE, ControlPlane, refused

ARN = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}"


def test_lifecycle_configuration_of_the_most_specific_settings(studio: ControlPlane) -> None:
    """LifecycleConfigArns has no default; DefaultResourceSpec has it."""
    by_domain, by_space, chosen = (studio.script(n) for n in ("domain", "space", "chosen"))

    def settings(arn: str) -> dict[str, Any]:
        return {"JupyterLabAppSettings": {"DefaultResourceSpec": {"LifecycleConfigArn": arn}}}

    common = {"ExecutionRole": ROLE, "SecurityGroups": [studio.group]}
    listed = {"JupyterLabAppSettings": {"LifecycleConfigArns": [by_domain]}}
    without_default = studio.domain(DomainName="without", DefaultUserSettings=common | listed)
    with_default = studio.domain(
        DomainName="with", DefaultUserSettings=common | settings(by_domain)
    )
    for domain_id in (without_default, with_default):
        studio.profile(domain_id)
    for domain_id, of_space, given, expected in (
        (without_default, {}, {}, None),
        (with_default, {}, {}, by_domain),
        (with_default, settings(by_space), {}, by_space),
        (with_default, settings(by_space), {"LifecycleConfigArn": chosen}, chosen),
        (with_default, settings(by_space), {"LifecycleConfigArn": "None"}, None),
    ):
        space = f"space{len(studio.ListSpaces()['Spaces'])}"
        studio.space(domain_id, space, **of_space)
        spec = studio.DescribeApp(**studio.app(domain_id, space, **given))["ResourceSpec"]
        assert spec.get("LifecycleConfigArn") == expected


def test_default_lifecycle_configuration_of_another_app_type(studio: ControlPlane) -> None:
    """UpdateUserProfile accepts it, as the provider's acceptance tests show; CreateApp does not."""
    spec = {"LifecycleConfigArn": studio.script("edit", "CodeEditor")}
    domain_id = studio.domain()
    studio.profile(domain_id, JupyterLabAppSettings={"DefaultResourceSpec": spec})
    studio.space(domain_id)
    refused(
        "ValidationException", "is not for apps of type JupyterLab", studio.app, domain_id=domain_id
    )


def test_quota(studio: ControlPlane) -> None:
    studio.options.update({"max_apps": 1})
    domain_id = studio.running_space()
    studio.space(domain_id, "more")
    more = studio.app_key(domain_id, SpaceName="more")
    spec = {"InstanceType": "ml.t3.large"}
    words = "'Studio JupyterLab Apps running on ml.t3.large instances' is 1 Apps"
    refused("ResourceLimitExceeded", words, studio.CreateApp, **more, ResourceSpec=spec)
    studio.CreateApp(**more, ResourceSpec={"InstanceType": "ml.t3.xlarge"})
    studio.space(domain_id, "edit", AppType="CodeEditor")
    edit = studio.app_key(domain_id, SpaceName="edit", AppType="CodeEditor")
    studio.CreateApp(**edit, ResourceSpec=DISTRIBUTION | spec)
    # An app that stops does not count.
    studio.DeleteApp(**studio.app_key(domain_id))
    studio.space(domain_id, "third")
    studio.app(domain_id, "third", **spec)


def test_shared_space_has_the_default_space_settings(studio: ControlPlane) -> None:
    lab = {"DefaultResourceSpec": DISTRIBUTION | {"InstanceType": "ml.m5.large"}}
    shared = {"ExecutionRole": ROLE, "JupyterLabAppSettings": lab}
    domain_id = studio.domain(DefaultSpaceSettings=shared)
    studio.profile(domain_id)
    studio.CreateSpace(
        DomainId=domain_id,
        SpaceName="lab",
        SpaceSettings={"AppType": "JupyterLab"},
        OwnershipSettings={"OwnerUserProfileName": "alice"},
        SpaceSharingSettings={"SharingType": "Shared"},
    )
    studio.wait(60)
    studio.CreateApp(**studio.app_key(domain_id))
    spec = studio.DescribeApp(**studio.app_key(domain_id))["ResourceSpec"]
    assert spec["InstanceType"] == "ml.m5.large"


def test_image_is_required(studio: ControlPlane) -> None:
    role = {"ExecutionRole": ROLE, "SecurityGroups": [studio.group]}
    domain_id = studio.idle_space(domain={"DefaultUserSettings": role})
    app = studio.app_key(domain_id)
    refused("ValidationException", "SageMakerImageArn", studio.CreateApp, **app)
    studio.options.update({"app_image_required": False})
    studio.CreateApp(**app)
    spec = studio.DescribeApp(**app)["ResourceSpec"]
    assert spec["SageMakerImageArn"].endswith("image/sagemaker-distribution-cpu")


@pytest.mark.parametrize(
    ("trusted", "status"),
    [(["sts:AssumeRole"], "Failed"), (["sts:AssumeRole", "sts:SetSourceIdentity"], "InService")],
)
def test_source_identity_requires_trust(
    studio: ControlPlane, trusted: list[str], status: str
) -> None:
    role = f"arn:aws:iam::{ACCOUNT}:role/person"
    studio.role(role, trusted)
    domain = {
        "DefaultUserSettings": {"ExecutionRole": role, "SecurityGroups": [studio.group]},
        "DomainSettings": {"ExecutionRoleIdentityConfig": "USER_PROFILE_NAME"},
    }
    app = studio.app(studio.idle_space(domain=domain))
    studio.wait(600)
    assert studio.DescribeApp(**app)["Status"] == status


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"UserProfileName": "alice"}, "Exactly one"),
        ({"SpaceName": None}, "Exactly one"),
        ({"SpaceName": "absent"}, "Space [absent] does not exist"),
        ({"SpaceName": None, "UserProfileName": "absent"}, "UserProfile [absent] does not exist"),
        ({"SpaceName": None, "UserProfileName": "alice"}, "run in a space"),
        ({"AppType": "CodeEditor"}, "is for apps of type JupyterLab"),
        ({"AppType": "KernelGateway"}, "KernelGateway cannot be created: Studio Classic is closed"),
        ({"AppType": "RSessionGateway"}, "license"),
        ({"ResourceSpec": {"InstanceType": "system"}}, "system"),
        ({"ResourceSpec": {"SageMakerImageArn": f"{ARN}:image/absent"}}, "does not exist"),
        *(
            (
                {"ResourceSpec": {"SageMakerImageArn": f"arn:aws:sagemaker:{owner}:image/x"}},
                "does not exist",
            )
            # An account that is not AWS's; AWS's account in us-east-1; another region.
            for owner in (
                "eu-west-1:210987654321",
                "eu-west-1:885854791233",
                "us-east-1:885854791233",
            )
        ),
        (
            {"ResourceSpec": {"LifecycleConfigArn": f"{ARN}:studio-lifecycle-config/absent"}},
            "does not exist",
        ),
        ({"DomainId": "d-abcdefghijkl"}, "d-abcdefghijkl"),
    ],
)
def test_refused_creations(studio: ControlPlane, change: dict[str, Any], words: str) -> None:
    params: dict[str, Any] = studio.app_key(studio.idle_space()) | change
    params = {member: value for member, value in params.items() if value is not None}
    before = set(studio.ec2.enis)
    refused("ValidationException", words, studio.CreateApp, **params)
    assert (studio.ListApps()["Apps"], set(studio.ec2.enis)) == ([], before)
