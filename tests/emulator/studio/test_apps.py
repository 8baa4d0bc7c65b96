"""Apps: lifecycle, names, failed starts, tags."""

import pytest

from studio_emulator import studio as emulated
from tests.emulator.control_plane import ACCOUNT, DISTRIBUTION, REGION, ControlPlane, refused

DAY = 24 * 3600


def test_how_long_an_app_is_pending_deleting_and_deleted(studio: ControlPlane) -> None:
    domain_id = studio.idle_space()
    mounted = set(studio.ec2.enis)
    studio.options.update({"app_deletion_delay": 120})
    app = studio.app(domain_id)
    seen = []

    def record(seconds: float) -> None:
        studio.wait(seconds)
        seen.append((studio.DescribeApp(**app)["Status"], len(set(studio.ec2.enis) - mounted)))

    record(0)
    record(119)
    refused("ValidationException", "while it starts", studio.DeleteApp, **app)
    record(1)
    studio.DeleteApp(**app)
    refused("ValidationException", "is in state Deleting", studio.DeleteApp, **app)
    record(0)
    record(1200)
    refused("ValidationException", "has already been deleted", studio.DeleteApp, **app)
    studio.wait(DAY)
    assert seen == [
        ("Pending", 1),
        ("Pending", 1),
        ("InService", 1),
        ("Deleting", 1),
        ("Deleted", 0),
    ]
    refused("ResourceNotFound", "JupyterLab/default", studio.DescribeApp, **app)
    assert studio.ListApps()["Apps"] == []


def test_description_of_an_app_in_recovery_mode(studio: ControlPlane) -> None:
    domain_id = studio.idle_space()
    app = studio.app_key(domain_id)
    studio.CreateApp(**app, ResourceSpec=DISTRIBUTION, RecoveryMode=True)
    studio.wait(600)
    answer = studio.DescribeApp(**app)
    assert answer["RecoveryMode"] is True
    assert answer["AppArn"] == studio.call.arn(f"app/{domain_id}/lab/JupyterLab/default")
    assert answer["ResourceSpec"]["InstanceType"] == "ml.t3.medium"
    assert answer["ResourceSpec"]["SageMakerImageArn"].endswith("sagemaker-distribution-cpu")
    assert "UserProfileName" not in answer
    assert answer["LastHealthCheckTimestamp"] == answer["LastUserActivityTimestamp"]
    named = {"DomainIdEquals": domain_id, "SpaceNameEquals": "lab"}
    (listed,) = studio.ListApps(**named)["Apps"]
    assert listed["Status"] == "InService"
    listing = studio.ListApps
    refused("ValidationException", "combined", listing, **named, UserProfileNameEquals="alice")


def test_name_of_a_running_app(studio: ControlPlane) -> None:
    domain_id = studio.running_space()
    refused("ResourceInUse", "already exists", studio.CreateApp, **studio.app_key(domain_id))
    studio.DeleteApp(**studio.app_key(domain_id))
    refused("ResourceInUse", "already exists", studio.CreateApp, **studio.app_key(domain_id))
    studio.wait(600)
    studio.CreateApp(**studio.app_key(domain_id))


@pytest.mark.parametrize("lost", ["role", "key"])
def test_failed_app(studio: ControlPlane, lost: str) -> None:
    kms = studio.call.backend("kms")
    key = kms.create_key(None, "ENCRYPT_DECRYPT", "", "", None).id
    domain_id = studio.idle_space(domain={"KmsKeyId": key})
    app = studio.app(domain_id)
    mounted = len(studio.subnets)
    if lost == "role":
        studio.call.backend("iam").delete_role("studio")
    else:
        kms.disable_key(key)
    studio.wait(600)
    answer = studio.DescribeApp(**app)
    assert answer["Status"] == "Failed"
    words = {"role": "does not exist", "key": f"'{key}' is not enabled"}
    assert words[lost] in answer["FailureReason"]
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
