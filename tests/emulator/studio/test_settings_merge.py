"""Updates replace or merge settings; users inherit those of their domain."""

from typing import Any

import pytest

from tests.emulator.control_plane import ROLE, ControlPlane, refused

PINNED = {"InstanceType": "ml.t3.large", "SageMakerImageVersionAlias": "2.7.0"}
LARGER = {"DefaultResourceSpec": {"InstanceType": "ml.t3.xlarge"}}


def test_at_most_four_groups_of_domain_and_profile_together(studio: ControlPlane) -> None:
    more = [studio.ec2.create_security_group(f"g{n}", "g", studio.vpc).id for n in range(4)]
    alice = {"DomainId": studio.domain(), "UserProfileName": "alice"}
    settings = {"SecurityGroups": more}
    words = "5 security groups"
    refused("ValidationException", words, studio.CreateUserProfile, **alice, UserSettings=settings)
    # The domain has the first group, too; it counts once.
    settings = {"SecurityGroups": [studio.group, *more[:3]]}
    studio.CreateUserProfile(**alice, UserSettings=settings)


@pytest.mark.parametrize(
    ("rule", "changed", "left"),
    [
        ("replace", LARGER, LARGER),
        ("replace", {}, {}),
        (
            "merge",
            LARGER,
            {
                "DefaultResourceSpec": PINNED | {"InstanceType": "ml.t3.xlarge"},
                "LifecycleConfigArns": [],
            },
        ),
    ],
)
def test_update_replaces_or_merges_structures(
    studio: ControlPlane, rule: str, changed: dict[str, Any], left: dict[str, Any]
) -> None:
    studio.options.update({"settings_updates": rule})
    given = {"DefaultResourceSpec": PINNED, "LifecycleConfigArns": []}
    alice = studio.profile(studio.domain(), ExecutionRole=ROLE, JupyterLabAppSettings=given)
    studio.UpdateUserProfile(**alice, UserSettings={"JupyterLabAppSettings": changed})
    settings = studio.DescribeUserProfile(**alice)["UserSettings"]
    assert (settings["ExecutionRole"], settings["JupyterLabAppSettings"]) == (ROLE, left)


@pytest.mark.parametrize("rule", ["replace", "merge"])
def test_none_clears_an_arn(studio: ControlPlane, rule: str) -> None:
    studio.options.update({"settings_updates": rule})
    studio.image()
    pinned = {"SageMakerImageVersionArn": studio.call.arn("image-version/slim/1")}
    lab = {"DefaultResourceSpec": pinned}
    alice = studio.profile(studio.domain(), JupyterLabAppSettings=lab)
    cleared = {"DefaultResourceSpec": {"SageMakerImageVersionArn": "None"}}
    studio.UpdateUserProfile(**alice, UserSettings={"JupyterLabAppSettings": cleared})
    settings = studio.DescribeUserProfile(**alice)["UserSettings"]
    assert settings["JupyterLabAppSettings"] == {"DefaultResourceSpec": {}}


def test_rstudio_user_group(studio: ControlPlane) -> None:
    def access(**settings: str) -> dict[str, Any]:
        return {"ExecutionRole": ROLE, "RStudioServerProAppSettings": settings}

    domain_id = studio.domain(DefaultUserSettings=access(AccessStatus="DISABLED"))

    def group() -> str:
        answer = studio.DescribeDomain(DomainId=domain_id)
        return str(answer["DefaultUserSettings"]["RStudioServerProAppSettings"]["UserGroup"])

    assert group() == "R_STUDIO_USER"
    admin = access(AccessStatus="ENABLED", UserGroup="R_STUDIO_ADMIN")
    for settings in (admin, access(AccessStatus="DISABLED")):
        studio.UpdateDomain(DomainId=domain_id, DefaultUserSettings=settings)
        studio.wait(60)
        assert group() == "R_STUDIO_ADMIN"
