"""Apps: life, refusals, what makes a start fail, and the interfaces of the running ones."""

from __future__ import annotations

from typing import Any

import pytest

from studio_emulator import studio as emulated
from tests.emulator.control_plane import ACCOUNT, REGION, ROLE, ControlPlane, refused

DAY = 24 * 3600


@pytest.fixture
def studio() -> ControlPlane:
    return ControlPlane()


def lab_of(domain_id: str, **other: str) -> dict[str, str]:
    named = {
        "DomainId": domain_id,
        "SpaceName": "lab",
        "AppType": "JupyterLab",
        "AppName": "default",
    }
    return named | other


def with_space(studio: ControlPlane, **settings: Any) -> str:
    domain_id = studio.domain()
    studio.profile(domain_id)
    studio.space(domain_id, **settings)
    return domain_id


def test_life(studio: ControlPlane) -> None:
    domain_id = with_space(studio)
    mounted = set(studio.ec2.enis)
    app = studio.app(domain_id)
    seen = []

    def look(seconds: float) -> None:
        studio.wait(seconds)
        seen.append((studio.DescribeApp(**app)["Status"], len(set(studio.ec2.enis) - mounted)))

    look(0)
    look(600)
    studio.DeleteApp(**app)
    look(0)
    look(1200)
    refused("ValidationException", "has already been deleted", studio.DeleteApp, **app)
    studio.wait(DAY)
    assert seen == [("Pending", 1), ("InService", 1), ("Deleting", 1), ("Deleted", 0)]
    refused("ResourceNotFound", "JupyterLab/default", studio.DescribeApp, **app)
    assert studio.ListApps()["Apps"] == []


def test_interface_of_a_running_app(studio: ControlPlane) -> None:
    domain_id = with_space(studio)
    before = set(studio.ec2.enis)
    studio.app(domain_id)
    (interface,) = [eni for id_, eni in studio.ec2.enis.items() if id_ not in before]
    groups = [group.name for group in interface.group_set]
    assert groups == ["users", f"security-group-for-outbound-nfs-{domain_id}"]
    assert interface.subnet.id in studio.subnets
    assert interface.status == "in-use"
    assert domain_id in interface.description


def test_what_is_described(studio: ControlPlane) -> None:
    domain_id = with_space(studio)
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


def test_instance_type_comes_from_the_nearest_settings(studio: ControlPlane) -> None:
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


def script_of(studio: ControlPlane, name: str, app_type: str = "JupyterLab") -> str:
    made = studio.CreateStudioLifecycleConfig(
        StudioLifecycleConfigName=name,
        StudioLifecycleConfigContent="dHJ1ZQo=",
        StudioLifecycleConfigAppType=app_type,
    )
    return str(made["StudioLifecycleConfigArn"])


def test_script_comes_from_the_nearest_default(studio: ControlPlane) -> None:
    """A list of scripts offers them; the default is the one that DefaultResourceSpec names."""
    by_domain, by_space, chosen = (script_of(studio, n) for n in ("domain", "space", "chosen"))

    def settings(arn: str) -> dict[str, Any]:
        return {"JupyterLabAppSettings": {"DefaultResourceSpec": {"LifecycleConfigArn": arn}}}

    common = {"ExecutionRole": ROLE, "SecurityGroups": [studio.group]}
    listed = {"JupyterLabAppSettings": {"LifecycleConfigArns": [by_domain]}}
    offering = studio.domain(DomainName="offering", DefaultUserSettings=common | listed)
    starting = studio.domain(
        DomainName="starting", DefaultUserSettings=common | settings(by_domain)
    )
    for domain_id in (offering, starting):
        studio.profile(domain_id)
    for domain_id, of_space, given, expected in (
        (offering, {}, {}, None),
        (starting, {}, {}, by_domain),
        (starting, settings(by_space), {}, by_space),
        (starting, settings(by_space), {"LifecycleConfigArn": chosen}, chosen),
        (starting, settings(by_space), {"LifecycleConfigArn": "None"}, None),
    ):
        space = f"space{len(studio.ListSpaces()['Spaces'])}"
        studio.space(domain_id, space, **of_space)
        spec = studio.DescribeApp(**studio.app(domain_id, space, **given))["ResourceSpec"]
        assert spec.get("LifecycleConfigArn") == expected


def test_a_default_script_of_another_type_starts_no_app(studio: ControlPlane) -> None:
    """The provider's acceptance tests attach one for JupyterServer to JupyterLab settings."""
    spec = {"LifecycleConfigArn": script_of(studio, "edit", "CodeEditor")}
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
    params: dict[str, Any] = lab_of(with_space(studio)) | change
    params = {member: value for member, value in params.items() if value is not None}
    before = set(studio.ec2.enis)
    refused("ValidationException", words, studio.CreateApp, **params)
    assert (studio.ListApps()["Apps"], set(studio.ec2.enis)) == ([], before)


def test_an_app_of_its_name_runs_once(studio: ControlPlane) -> None:
    domain_id = studio.running_space()
    refused("ResourceInUse", "already exists", studio.CreateApp, **lab_of(domain_id))
    studio.DeleteApp(**lab_of(domain_id))
    refused("ResourceInUse", "already exists", studio.CreateApp, **lab_of(domain_id))
    studio.wait(600)
    studio.CreateApp(**lab_of(domain_id))


def test_quota(studio: ControlPlane) -> None:
    studio.options.update({"max_apps": 1})
    domain_id = studio.running_space()
    studio.space(domain_id, "more")
    more = lab_of(domain_id, SpaceName="more")
    spec = {"InstanceType": "ml.t3.large"}
    words = "'Studio JupyterLab Apps running on ml.t3.large instances' is 1 Apps"
    refused("ResourceLimitExceeded", words, studio.CreateApp, **more, ResourceSpec=spec)
    studio.CreateApp(**more, ResourceSpec={"InstanceType": "ml.t3.xlarge"})


def test_custom_image_must_be_attached(studio: ControlPlane) -> None:
    studio.image()
    domain_id = with_space(studio)
    spec = {"SageMakerImageArn": studio.call.arn("image/slim")}
    words = "Image [slim] is not attached"
    app = lab_of(domain_id)
    refused("ValidationException", words, studio.CreateApp, **app, ResourceSpec=spec)
    attached = {"CustomImages": [{"ImageName": "slim", "AppImageConfigName": "slim"}]}
    studio.UpdateUserProfile(
        DomainId=domain_id,
        UserProfileName="alice",
        UserSettings={"JupyterLabAppSettings": attached},
    )
    studio.wait(60)
    studio.CreateApp(**app, ResourceSpec=spec)


def test_version_of_an_app_is_the_images_own(studio: ControlPlane) -> None:
    studio.image()
    studio.image("other")
    attached = {"CustomImages": [{"ImageName": "slim", "AppImageConfigName": "slim"}]}
    app = lab_of(with_space(studio))
    profile = {"DomainId": app["DomainId"], "UserProfileName": "alice"}
    studio.UpdateUserProfile(**profile, UserSettings={"JupyterLabAppSettings": attached})
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


def test_an_app_has_to_name_its_image(studio: ControlPlane) -> None:
    role = {"ExecutionRole": ROLE, "SecurityGroups": [studio.group]}
    domain_id = studio.domain(DefaultUserSettings=role)
    studio.profile(domain_id)
    studio.space(domain_id)
    refused("ValidationException", "SageMakerImageArn", studio.CreateApp, **lab_of(domain_id))
    named = {
        "SageMakerImageArn": "arn:aws:sagemaker:eu-west-1:819792524951:image/"
        "sagemaker-distribution-cpu"
    }
    profile = {"DomainId": domain_id, "UserProfileName": "alice"}
    settings = {"JupyterLabAppSettings": {"DefaultResourceSpec": named}}
    studio.UpdateUserProfile(**profile, UserSettings=settings)
    studio.wait(60)
    app = studio.app(domain_id)
    spec = studio.DescribeApp(**app)["ResourceSpec"]
    assert spec["SageMakerImageArn"] == named["SageMakerImageArn"]


def test_remote_access_needs_memory(studio: ControlPlane) -> None:
    domain_id = with_space(studio, RemoteAccess="ENABLED")
    refused("ValidationException", "8 GiB", studio.CreateApp, **lab_of(domain_id))
    studio.app(domain_id, InstanceType="ml.t3.large")


@pytest.mark.parametrize(
    ("trusted", "status"),
    [(["sts:AssumeRole"], "Failed"), (["sts:AssumeRole", "sts:SetSourceIdentity"], "InService")],
)
def test_source_identity_needs_trust(studio: ControlPlane, trusted: list[str], status: str) -> None:
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


def test_a_failed_app_neither_blocks_nor_can_be_deleted(studio: ControlPlane) -> None:
    domain_id = with_space(studio)
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


def test_tags_reach_the_app_when_propagated(studio: ControlPlane) -> None:
    tag = [{"Key": "Project", "Value": "studio"}]
    for propagation, expected in (("DISABLED", []), ("ENABLED", tag)):
        domain_id = studio.domain(DomainName=propagation, TagPropagation=propagation, Tags=tag)
        studio.profile(domain_id)
        studio.space(domain_id)
        arn = studio.DescribeApp(**studio.app(domain_id))["AppArn"]
        assert studio.ListTags(ResourceArn=arn)["Tags"] == expected


def test_inventory_shows_what_exists(studio: ControlPlane) -> None:
    domain_id = studio.running_space()
    types = [item.type for item in emulated.inventory(ACCOUNT, REGION)]
    assert types == ["domain", "user-profile", "space", "app"]
    studio.DeleteApp(**lab_of(domain_id))
    studio.wait(600)
    types = [item.type for item in emulated.inventory(ACCOUNT, REGION)]
    assert types == ["domain", "user-profile", "space"]


def test_a_full_subnet_takes_no_app(studio: ControlPlane) -> None:
    tiny = studio.ec2.create_subnet(studio.vpc, "10.0.9.0/28", availability_zone=f"{REGION}a")
    domain_id = studio.domain(SubnetIds=[tiny.id])
    studio.profile(domain_id)
    for n in range(11):
        studio.space(domain_id, f"space{n}")
    # 16 addresses less AWS's five and the mount target's.
    for n in range(10):
        studio.app(domain_id, f"space{n}")
    words = "no free IP address"
    params = lab_of(domain_id, SpaceName="space10")
    refused("ValidationException", words, studio.CreateApp, **params)
