"""Apps: lifecycle, refusals, failed starts, network interfaces."""

from typing import Any

import pytest

from studio_emulator import studio as emulated
from tests.emulator.control_plane import (
    ACCOUNT,
    DISTRIBUTION,
    REGION,
    ROLE,
    SLIM,
    ControlPlane,
    refused,
)

DAY = 24 * 3600


def test_lifecycle(studio: ControlPlane) -> None:
    domain_id = studio.idle_space()
    mounted = set(studio.ec2.enis)
    app = studio.app(domain_id)
    seen = []

    def record(seconds: float) -> None:
        studio.wait(seconds)
        seen.append((studio.DescribeApp(**app)["Status"], len(set(studio.ec2.enis) - mounted)))

    record(0)
    record(600)
    studio.DeleteApp(**app)
    record(0)
    record(1200)
    refused("ValidationException", "has already been deleted", studio.DeleteApp, **app)
    studio.wait(DAY)
    assert seen == [("Pending", 1), ("InService", 1), ("Deleting", 1), ("Deleted", 0)]
    refused("ResourceNotFound", "JupyterLab/default", studio.DescribeApp, **app)
    assert studio.ListApps()["Apps"] == []


def test_interface_of_a_running_app(studio: ControlPlane) -> None:
    domain_id = studio.idle_space()
    before = set(studio.ec2.enis)
    studio.app(domain_id)
    (interface,) = [eni for id_, eni in studio.ec2.enis.items() if id_ not in before]
    groups = [group.name for group in interface.group_set]
    assert groups == ["users", f"security-group-for-outbound-nfs-{domain_id}"]
    assert interface.subnet.id in studio.subnets
    assert interface.status == "in-use"
    assert domain_id in interface.description


def test_description(studio: ControlPlane) -> None:
    domain_id = studio.idle_space()
    app = studio.app(domain_id)
    studio.wait(600)
    answer = studio.DescribeApp(**app)
    arn = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:app/{domain_id}/lab/JupyterLab/default"
    assert answer["AppArn"] == arn
    assert answer["ResourceSpec"]["InstanceType"] == "ml.t3.medium"
    assert answer["ResourceSpec"]["SageMakerImageArn"].endswith("sagemaker-distribution-cpu")
    assert "UserProfileName" not in answer
    (listed,) = studio.ListApps(DomainIdEquals=domain_id, SpaceNameEquals="lab")["Apps"]
    assert listed["Status"] == "InService"


def test_instance_type_of_the_most_specific_settings(studio: ControlPlane) -> None:
    def spec(instance: str) -> dict[str, Any]:
        return {"JupyterLabAppSettings": {"DefaultResourceSpec": {"InstanceType": instance}}}

    domain_id = studio.domain()
    studio.profile(domain_id, **spec("ml.t3.large"))
    for space, settings, given, expected in (
        ("one", {}, {}, "ml.t3.large"),
        ("two", spec("ml.t3.xlarge"), {}, "ml.t3.xlarge"),
        ("three", spec("ml.t3.xlarge"), {"InstanceType": "ml.m5.large"}, "ml.m5.large"),
    ):
        studio.space(domain_id, space, **settings)
        app = studio.app(domain_id, space, **given)
        assert studio.DescribeApp(**app)["ResourceSpec"]["InstanceType"] == expected


def create_script(studio: ControlPlane, name: str, app_type: str = "JupyterLab") -> str:
    made = studio.CreateStudioLifecycleConfig(
        StudioLifecycleConfigName=name,
        StudioLifecycleConfigContent="dHJ1ZQo=",
        StudioLifecycleConfigAppType=app_type,
    )
    return str(made["StudioLifecycleConfigArn"])


def test_lifecycle_configuration_of_the_most_specific_settings(studio: ControlPlane) -> None:
    """LifecycleConfigArns has no default; DefaultResourceSpec has it."""
    by_domain, by_space, chosen = (create_script(studio, n) for n in ("domain", "space", "chosen"))

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
    spec = {"LifecycleConfigArn": create_script(studio, "edit", "CodeEditor")}
    domain_id = studio.domain()
    studio.profile(domain_id, JupyterLabAppSettings={"DefaultResourceSpec": spec})
    studio.space(domain_id)
    refused(
        "ValidationException", "is not for apps of type JupyterLab", studio.app, domain_id=domain_id
    )


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
        (
            {"AppType": "JupyterServer", "SpaceName": None, "UserProfileName": "alice"},
            "Studio Classic is closed",
        ),
        ({"AppType": "RSessionGateway"}, "license"),
        ({"AppName": "mine"}, "'default'"),
        ({"ResourceSpec": {"InstanceType": "system"}}, "system"),
        ({"ResourceSpec": {"InstanceType": "ml.none.large"}}, "enum value set"),
        (
            {
                "ResourceSpec": {
                    "SageMakerImageArn": f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:image/absent"
                }
            },
            "does not exist",
        ),
        (
            {
                "ResourceSpec": {
                    "LifecycleConfigArn": f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:"
                    "studio-lifecycle-config/absent"
                }
            },
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


def test_name_of_a_running_app(studio: ControlPlane) -> None:
    domain_id = studio.running_space()
    refused("ResourceInUse", "already exists", studio.CreateApp, **studio.app_key(domain_id))
    studio.DeleteApp(**studio.app_key(domain_id))
    refused("ResourceInUse", "already exists", studio.CreateApp, **studio.app_key(domain_id))
    studio.wait(600)
    studio.CreateApp(**studio.app_key(domain_id))


def test_quota(studio: ControlPlane) -> None:
    studio.options.update({"max_apps": 1})
    domain_id = studio.running_space()
    studio.space(domain_id, "more")
    more = studio.app_key(domain_id, SpaceName="more")
    spec = {"InstanceType": "ml.t3.large"}
    words = "'Studio JupyterLab Apps running on ml.t3.large instances' is 1 Apps"
    refused("ResourceLimitExceeded", words, studio.CreateApp, **more, ResourceSpec=spec)
    studio.CreateApp(**more, ResourceSpec={"InstanceType": "ml.t3.xlarge"})


def test_custom_image_must_be_attached(studio: ControlPlane) -> None:
    studio.image()
    domain_id = studio.idle_space()
    spec = {"SageMakerImageArn": studio.call.arn("image/slim")}
    words = "Image [slim] is not attached"
    app = studio.app_key(domain_id)
    refused("ValidationException", words, studio.CreateApp, **app, ResourceSpec=spec)
    studio.UpdateUserProfile(
        DomainId=domain_id,
        UserProfileName="alice",
        UserSettings={"JupyterLabAppSettings": SLIM},
    )
    studio.wait(60)
    studio.CreateApp(**app, ResourceSpec=spec)


def test_image_version_must_belong_to_the_image(studio: ControlPlane) -> None:
    studio.image()
    studio.image("other")
    app = studio.app_key(studio.idle_space())
    profile = {"DomainId": app["DomainId"], "UserProfileName": "alice"}
    studio.UpdateUserProfile(**profile, UserSettings={"JupyterLabAppSettings": SLIM})
    studio.wait(60)
    slim, other = (
        {
            "SageMakerImageArn": studio.call.arn(f"image/{name}"),
            "SageMakerImageVersionArn": studio.call.arn(f"image-version/{name}/1"),
        }
        for name in ("slim", "other")
    )
    image = slim["SageMakerImageArn"]
    aws_own = {"SageMakerImageArn": "arn:aws:sagemaker:eu-west-1:885854791233:image/distribution"}
    for spec, words in (
        ({**slim, "SageMakerImageVersionArn": other["SageMakerImageVersionArn"]}, "not a version"),
        ({"SageMakerImageVersionArn": other["SageMakerImageVersionArn"]}, "not attached"),
        ({**other, **aws_own}, "not a version"),
        ({"SageMakerImageArn": image, "SageMakerImageVersionAlias": "9.9.9"}, "alias [9.9.9]"),
    ):
        refused("ValidationException", words, studio.CreateApp, **app, ResourceSpec=spec)
    studio.CreateApp(**app, ResourceSpec=slim)
    refused("ResourceInUse", "/lab/", studio.DeleteImageVersion, ImageName="slim", Version=1)


def test_image_is_required(studio: ControlPlane) -> None:
    role = {"ExecutionRole": ROLE, "SecurityGroups": [studio.group]}
    domain_id = studio.idle_space(domain={"DefaultUserSettings": role})
    refused(
        "ValidationException", "SageMakerImageArn", studio.CreateApp, **studio.app_key(domain_id)
    )
    profile = {"DomainId": domain_id, "UserProfileName": "alice"}
    settings = {"JupyterLabAppSettings": {"DefaultResourceSpec": DISTRIBUTION}}
    studio.UpdateUserProfile(**profile, UserSettings=settings)
    studio.wait(60)
    studio.CreateApp(**studio.app_key(domain_id))
    spec = studio.DescribeApp(**studio.app_key(domain_id))["ResourceSpec"]
    assert spec["SageMakerImageArn"] == DISTRIBUTION["SageMakerImageArn"]


def test_remote_access_requires_memory(studio: ControlPlane) -> None:
    domain_id = studio.idle_space(RemoteAccess="ENABLED")
    refused("ValidationException", "8 GiB", studio.CreateApp, **studio.app_key(domain_id))
    studio.app(domain_id, InstanceType="ml.t3.large")


@pytest.mark.parametrize(
    ("trusted", "status"),
    [(["sts:AssumeRole"], "Failed"), (["sts:AssumeRole", "sts:SetSourceIdentity"], "InService")],
)
def test_source_identity_requires_trust(
    studio: ControlPlane, trusted: list[str], status: str
) -> None:
    role = f"arn:aws:iam::{ACCOUNT}:role/person"
    studio.role(role, trusted)
    settings = {"ExecutionRole": role, "SecurityGroups": [studio.group]}
    domain_id = studio.domain(
        DefaultUserSettings=settings,
        DomainSettings={"ExecutionRoleIdentityConfig": "USER_PROFILE_NAME"},
    )
    studio.profile(domain_id)
    studio.space(domain_id)
    app = studio.app(domain_id)
    studio.wait(600)
    assert studio.DescribeApp(**app)["Status"] == status


def test_failed_app(studio: ControlPlane) -> None:
    domain_id = studio.idle_space()
    app = studio.app(domain_id)
    mounted = len(studio.subnets)
    iam = studio.call.backend("iam")
    iam.delete_role("studio")
    studio.wait(600)
    answer = studio.DescribeApp(**app)
    assert answer["Status"] == "Failed"
    assert "does not exist" in answer["FailureReason"]
    assert len(studio.ec2.enis) == mounted
    refused("ValidationException", "previously failed", studio.DeleteApp, **app)
    studio.DeleteSpace(DomainId=domain_id, SpaceName="lab")


def test_tag_propagation(studio: ControlPlane) -> None:
    tag = [{"Key": "Project", "Value": "studio"}]
    for propagation, expected in (("DISABLED", []), ("ENABLED", tag)):
        domain_id = studio.domain(DomainName=propagation, TagPropagation=propagation, Tags=tag)
        studio.profile(domain_id)
        studio.space(domain_id)
        arn = studio.DescribeApp(**studio.app(domain_id))["AppArn"]
        assert studio.ListTags(ResourceArn=arn)["Tags"] == expected


def test_inventory(studio: ControlPlane) -> None:
    domain_id = studio.running_space()
    types = [item.type for item in emulated.inventory(ACCOUNT, REGION)]
    assert types == ["domain", "user-profile", "space", "app"]
    studio.DeleteApp(**studio.app_key(domain_id))
    studio.wait(600)
    types = [item.type for item in emulated.inventory(ACCOUNT, REGION)]
    assert types == ["domain", "user-profile", "space"]


def test_full_subnet(studio: ControlPlane) -> None:
    tiny = studio.ec2.create_subnet(studio.vpc, "10.0.9.0/28", availability_zone=f"{REGION}a")
    domain_id = studio.domain(SubnetIds=[tiny.id])
    studio.profile(domain_id)
    for n in range(11):
        studio.space(domain_id, f"space{n}")
    # 16 addresses less AWS's five and the mount target's.
    for n in range(10):
        studio.app(domain_id, f"space{n}")
    words = "no free IP address"
    params = studio.app_key(domain_id, SpaceName="space10")
    refused("ValidationException", words, studio.CreateApp, **params)
