"""Apps: lifecycle, refusals, failed starts, network interfaces."""

from typing import Any

import pytest

from studio_emulator import studio as emulated
from tests.emulator.control_plane import ACCOUNT, REGION, ControlPlane, refused

ARN = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}"
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
    assert answer["AppArn"] == f"{ARN}:app/{domain_id}/lab/JupyterLab/default"
    assert answer["ResourceSpec"]["InstanceType"] == "ml.t3.medium"
    assert answer["ResourceSpec"]["SageMakerImageArn"].endswith("sagemaker-distribution-cpu")
    assert "UserProfileName" not in answer
    (listed,) = studio.ListApps(DomainIdEquals=domain_id, SpaceNameEquals="lab")["Apps"]
    assert listed["Status"] == "InService"


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
        ({"ResourceSpec": {"SageMakerImageArn": f"{ARN}:image/absent"}}, "does not exist"),
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


def test_name_of_a_running_app(studio: ControlPlane) -> None:
    domain_id = studio.running_space()
    refused("ResourceInUse", "already exists", studio.CreateApp, **studio.app_key(domain_id))
    studio.DeleteApp(**studio.app_key(domain_id))
    refused("ResourceInUse", "already exists", studio.CreateApp, **studio.app_key(domain_id))
    studio.wait(600)
    studio.CreateApp(**studio.app_key(domain_id))


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
        domain = {"DomainName": propagation, "TagPropagation": propagation, "Tags": tag}
        app = studio.app(studio.idle_space(domain=domain))
        arn = studio.DescribeApp(**app)["AppArn"]
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
