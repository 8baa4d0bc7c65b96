"""Versions of SageMaker images, and the resources that use them."""

import pytest

from studio.aws.client import Aws
from studio.aws.sagemaker_images import Use, delete_version, list_uses, list_versions, named
from tests.emulator.samples import REGION, settled
from tests.studio.deployed_studio import DeployedStudio

AWS = Aws(REGION)
IMAGE = "studio-slim"


def test_versions_are_listed_oldest_first(deployed_studio: DeployedStudio) -> None:
    deployed_studio.version("slim", tag="1" * 16)
    found = list_versions(AWS, IMAGE)
    assert found is not None
    assert [(version.number, version.usable, version.failed) for version in found] == [
        (1, True, False),
        (2, True, False),
    ]
    assert found[0].created <= found[1].created
    assert list_versions(AWS, "studio-other") is None


def test_a_version_deleted_after_it_was_listed_is_skipped(
    deployed_studio: DeployedStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployed_studio.version("slim", tag="1" * 16)
    monkeypatch.setattr(Aws, "all", lambda *_, **__: [{"Version": 2}, {"Version": 3}])
    assert [version.number for version in list_versions(AWS, IMAGE) or ()] == [2]


def test_a_version_can_be_deleted_twice(deployed_studio: DeployedStudio) -> None:
    deployed_studio.version("slim", tag="1" * 16)
    assert delete_version(AWS, IMAGE, 1)
    settled(lambda: {"Status": "Deleting" if len(list_versions(AWS, IMAGE) or ()) == 2 else ""})
    assert delete_version(AWS, IMAGE, 1)


def test_an_app_uses_the_newest_version_at_its_start_which_is_not_deleted(
    deployed_studio: DeployedStudio,
) -> None:
    image = deployed_studio.sagemaker.describe_image(ImageName=IMAGE)["ImageArn"]
    deployed_studio.sagemaker.create_app_image_config(
        AppImageConfigName=IMAGE, JupyterLabAppImageConfig={}
    )
    spec = {"SageMakerImageArn": image, "InstanceType": "ml.t3.large"}
    deployed_studio.update_profile(
        "alice",
        DefaultResourceSpec=spec,
        CustomImages=[{"ImageName": IMAGE, "AppImageConfigName": IMAGE}],
    )
    deployed_studio.start("alice", **spec)
    deployed_studio.version("slim", tag="1" * 16)
    uses = list_uses(AWS, IMAGE, list_versions(AWS, IMAGE) or [])
    assert Use(by="user alice", number=2) in uses
    assert Use(by="app alice/JupyterLab", number=1) in uses
    assert not delete_version(AWS, IMAGE, 1)


ARN = "arn:aws:sagemaker:us-east-1:123456789012"


@pytest.mark.parametrize(
    ("description", "numbers"),
    [
        ({"CustomImages": [{"ImageName": "lab-Slim", "ImageVersionNumber": 2}]}, [2]),
        ({"CustomImages": [{"ImageName": "lab-Slim", "ImageVersionNumber": 0}]}, [None]),
        ({"CustomImages": [{"ImageName": "lab-Slim"}]}, [None]),
        ({"CustomImages": [{"ImageName": "lab-slimmer", "ImageVersionNumber": 2}]}, []),
        (
            {
                "SageMakerImageArn": f"{ARN}:image/lab-slim",
                "SageMakerImageVersionArn": f"{ARN}:image-version/lab-slim/12",
            },
            [12],
        ),
        ({"SageMakerImageArn": f"{ARN}:image/lab-slim"}, [None]),
        ({"SageMakerImageArn": f"{ARN}:image/other-lab-slim"}, []),
        ({"SageMakerImageVersionArn": f"{ARN}:image-version/lab-slimmer/12"}, []),
        ({"Status": "InService"}, []),
    ],
)
def test_named_finds_the_versions_in_a_description(
    description: dict[str, object], numbers: list[int | None]
) -> None:
    nested = {"UserSettings": {"JupyterLabAppSettings": description}, "Tags": ["lab-Slim"]}
    assert list(named(nested, "lab-Slim")) == numbers
