"""Images and their versions, through boto3."""

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from studio_emulator.lock import LOCK
from studio_emulator.server import Emulator
from studio_emulator.studio import image_use
from studio_emulator.studio.app_launch import custom_image
from studio_emulator.studio.lifecycle import Resource
from studio_emulator.studio.store import existing
from tests.emulator.control_plane import SLIM, ControlPlane, refused
from tests.emulator.samples import (
    ACCOUNT,
    READ_IMAGES,
    REGION,
    make_role,
    push,
    refusal,
    settled,
    trust,
)

ARN = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}"


@pytest.fixture
def make_image(aws: Emulator, sagemaker: Any) -> Callable[..., dict[str, Any]]:
    def make(name: str = "slim", *, role: str = "", **more: Any) -> dict[str, Any]:
        role = role or make_role(aws, f"{name}-role", READ_IMAGES)
        sagemaker.create_image(ImageName=name, RoleArn=role, **more)
        return settled(lambda: sagemaker.describe_image(ImageName=name), "ImageStatus")

    return make


@pytest.fixture
def make_version(sagemaker: Any) -> Callable[..., dict[str, Any]]:
    def make(base: str, name: str = "slim", **more: Any) -> dict[str, Any]:
        sagemaker.create_image_version(ImageName=name, BaseImage=base, **more)
        return settled(
            lambda: sagemaker.describe_image_version(ImageName=name), "ImageVersionStatus"
        )

    return make


def add_resource(kind: str, name: str, **data: Any) -> None:
    """Add a domain, a user profile or an app with these members to the account."""
    state = existing(ACCOUNT, REGION)
    assert state is not None
    resource = Resource(
        type=kind,
        id=name,
        name=name,
        arn=f"{ARN}:{kind}/{name}",
        data=data,
        status="InService",
        created=state.clock.now(),
    )
    if kind == "app":
        spec = data["ResourceSpec"]
        if (image := custom_image(spec, state)) is not None:
            resource.owned["version"] = image_use.version(spec, image, state).arn
        state.apps["d-1", "", "alice", "JupyterLab", name] = resource
    elif kind == "domain":
        state.domains[name] = resource
    else:
        state.user_profiles["d-1", name] = resource


def attachment(name: str, **more: Any) -> dict[str, Any]:
    image = {"ImageName": name, "AppImageConfigName": "slim", **more}
    return {"JupyterLabAppSettings": {"CustomImages": [image]}}


def test_lifecycle(sagemaker: Any, make_image: Any) -> None:
    created = make_image(DisplayName="Slim", Description="A small one")
    assert created["ImageStatus"] == "CREATED"
    assert created["ImageArn"] == f"{ARN}:image/slim"
    sagemaker.update_image(ImageName="slim", DisplayName="Thin", DeleteProperties=["Description"])
    updated = settled(lambda: sagemaker.describe_image(ImageName="slim"), "ImageStatus")
    assert (updated["ImageStatus"], updated["DisplayName"]) == ("CREATED", "Thin")
    assert "Description" not in updated
    assert updated["LastModifiedTime"] > updated["CreationTime"]
    sagemaker.delete_image(ImageName="slim")
    sagemaker.get_waiter("image_deleted").wait(
        ImageName="slim", WaiterConfig={"Delay": 0, "MaxAttempts": 500}
    )
    assert sagemaker.list_images()["Images"] == []


def test_image_in_creation(aws: Emulator, sagemaker: Any) -> None:
    aws.options.update({"speed": 1.0})
    arn = make_role(aws, "reader")
    sagemaker.create_image(ImageName="slim", RoleArn=arn)
    assert sagemaker.describe_image(ImageName="slim")["ImageStatus"] == "CREATING"
    code, message = refusal(sagemaker.create_image_version, ImageName="slim", BaseImage="1.dkr/x:1")
    assert (code, message) == ("ValidationException", "Image slim is in an invalid state.")
    assert refusal(sagemaker.delete_image, ImageName="slim")[0] == "ResourceInUse"


@pytest.mark.parametrize("role", ["missing", "untrusting"])
def test_role_that_sagemaker_cannot_assume(
    aws: Emulator, sagemaker: Any, make_image: Any, role: str
) -> None:
    make_role(aws, "untrusting", READ_IMAGES, trusts=trust("ec2.amazonaws.com"))
    image = make_image(role=f"arn:aws:iam::{ACCOUNT}:role/{role}")
    assert image["ImageStatus"] == "CREATE_FAILED"
    assert "sagemaker.amazonaws.com" in image["FailureReason"]
    code, message = refusal(
        sagemaker.create_image_version, ImageName="slim", BaseImage=push(aws, "studio/slim")
    )
    assert (code, message) == ("ValidationException", "Image slim is in an invalid state.")


def test_failed_update_keeps_the_image(sagemaker: Any, make_image: Any) -> None:
    before = make_image(DisplayName="Slim")
    sagemaker.update_image(
        ImageName="slim", RoleArn=f"arn:aws:iam::{ACCOUNT}:role/missing", DisplayName="Thin"
    )
    after = settled(lambda: sagemaker.describe_image(ImageName="slim"), "ImageStatus")
    assert after["ImageStatus"] == "UPDATE_FAILED"
    assert (after["RoleArn"], after["DisplayName"]) == (before["RoleArn"], "Slim")


@pytest.mark.parametrize(
    ("operation", "params", "code", "words"),
    [
        ("create_image", {"ImageName": "slim"}, "ResourceInUse", "already exists"),
        ("create_image", {"ImageName": "Slim"}, "ResourceInUse", "already exists"),
        ("create_image", {"ImageName": "a--b"}, "ValidationException", "imageName"),
        ("create_image", {"ImageName": "a", "DisplayName": " x"}, "ValidationException", "display"),
        ("describe_image", {"ImageName": "other"}, "ResourceNotFound", "does not exist"),
        ("delete_image", {"ImageName": "other"}, "ResourceNotFound", "No Image with the name"),
        (
            "update_image",
            {"ImageName": "slim", "DisplayName": "x", "DeleteProperties": ["DisplayName"]},
            "ValidationException",
            "DisplayName",
        ),
        ("update_image", {"ImageName": "other"}, "ResourceNotFound", "does not exist"),
        (
            "create_image_version",
            {"ImageName": "other", "BaseImage": "h.x/y:1"},
            "ResourceNotFound",
            "does not exist",
        ),
        (
            "create_image_version",
            {"ImageName": "slim", "BaseImage": "python:3.11"},
            "ValidationException",
            "Container Registry",
        ),
        (
            "create_image_version",
            {"ImageName": "slim", "BaseImage": f"h.x/{'y' * 252}"},
            "ValidationException",
            "baseImage",
        ),
        ("describe_image_version", {"ImageName": "slim"}, "ResourceNotFound", "does not exist"),
        (
            "describe_image_version",
            {"ImageName": "slim", "Version": 1},
            "ResourceNotFound",
            "does not exist",
        ),
        ("list_image_versions", {"ImageName": "other"}, "ResourceNotFound", "does not exist"),
        ("list_aliases", {"ImageName": "other"}, "ResourceNotFound", "does not exist"),
        ("delete_image_version", {"ImageName": "slim"}, "ValidationException", "Version"),
    ],
)
def test_refusals(
    sagemaker: Any,
    make_image: Any,
    operation: str,
    params: dict[str, Any],
    code: str,
    words: str,
) -> None:
    image = make_image()
    needed = {"RoleArn": image["RoleArn"]} if operation == "create_image" else {}
    found, message = refusal(getattr(sagemaker, operation), **needed, **params)
    assert (found, words in message) == (code, True), message


def test_version_has_the_digest(aws: Emulator, make_image: Any, make_version: Any) -> None:
    make_image()
    base = push(aws, "studio/slim")
    version = make_version(base, Aliases=["latest"], MLFramework="pytorch 2.1", Horovod=False)
    assert version["ImageVersionStatus"] == "CREATED"
    assert version["ImageVersionArn"] == f"{ARN}:image-version/slim/1"
    assert version["BaseImage"] == base
    repository, digest = version["ContainerImage"].split("@")
    assert repository == base.removesuffix(":v1")
    pushed = aws.client("ecr").describe_images(repositoryName="studio/slim")["imageDetails"]
    assert digest == pushed[0]["imageDigest"]
    assert (version["MLFramework"], version["Horovod"]) == ("pytorch 2.1", False)
    again = make_version(version["ContainerImage"])
    assert again["ContainerImage"] == version["ContainerImage"]


def test_version_numbers_are_unique(
    aws: Emulator, sagemaker: Any, make_image: Any, make_version: Any
) -> None:
    make_image()
    base = push(aws, "studio/slim")
    assert [make_version(base)["Version"] for _ in range(2)] == [1, 2]
    sagemaker.delete_image_version(ImageName="slim", Version=2)
    sagemaker.get_waiter("image_version_deleted").wait(
        ImageName="slim", Version=2, WaiterConfig={"Delay": 0, "MaxAttempts": 500}
    )
    assert sagemaker.describe_image_version(ImageName="slim")["Version"] == 1
    assert make_version(base)["Version"] == 3
    newest_first = sagemaker.list_image_versions(ImageName="slim", SortBy="VERSION")
    assert [v["Version"] for v in newest_first["ImageVersions"]] == [3, 1]


def test_client_token(aws: Emulator, sagemaker: Any, make_image: Any) -> None:
    make_image()
    params = {"ImageName": "slim", "BaseImage": push(aws, "studio/slim"), "ClientToken": "once"}
    arns = [sagemaker.create_image_version(**params)["ImageVersionArn"] for _ in range(2)]
    assert arns == [f"{ARN}:image-version/slim/1"] * 2
    assert len(sagemaker.list_image_versions(ImageName="slim")["ImageVersions"]) == 1


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        (":never", "does not exist"),
        ("@sha256:" + "0" * 64, "does not exist"),
        ("", "does not exist"),
        ("-other:v1", "does not exist"),
        (":arm", "linux/arm64"),
    ],
)
def test_unusable_base_image(
    aws: Emulator, make_image: Any, make_version: Any, reference: str, words: str
) -> None:
    make_image()
    repository = push(aws, "studio/slim").removesuffix(":v1")
    push(aws, "studio/slim", "arm", architecture="arm64")
    version = make_version(f"{repository}{reference}")
    assert version["ImageVersionStatus"] == "CREATE_FAILED"
    assert words in version["FailureReason"]
    assert "ContainerImage" not in version


@pytest.mark.parametrize(
    ("changed", "missing"),
    [
        ({}, None),
        ({"Resource": ["*", f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/studio/*"]}, None),
        ({"Action": ["ecr:Get*"]}, "BatchGetImage"),
        ({"Action": ["ecr:Batch*", "ecr:GetAuth*"]}, "GetDownloadUrlForLayer"),
        ({"Action": ["ecr:Batch*", "ecr:GetDown*"]}, "GetAuthorizationToken"),
        (
            {"Resource": f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/studio/slim"},
            "GetAuthorizationToken",
        ),
        ({"Effect": "Deny"}, "GetAuthorizationToken"),
    ],
)
def test_role_needs_permission_to_read_the_image(
    aws: Emulator, make_image: Any, make_version: Any, changed: dict[str, Any], missing: str | None
) -> None:
    make_image(role=make_role(aws, "reader", {**READ_IMAGES, **changed}))
    version = make_version(push(aws, "studio/slim"))
    if missing is None:
        assert version["ImageVersionStatus"] == "CREATED"
    else:
        assert version["ImageVersionStatus"] == "CREATE_FAILED"
        assert f"does not have {missing} permission" in version["FailureReason"]


@pytest.mark.parametrize(
    ("account", "region", "exists"),
    [
        ("763104351884", REGION, True),
        ("683313688378", REGION, True),
        ("683313688378", "eu-west-1", False),
        ("111122223333", REGION, False),
    ],
)
def test_images_of_aws(
    make_image: Any, make_version: Any, account: str, region: str, exists: bool
) -> None:
    make_image()
    base = f"{account}.dkr.ecr.{region}.amazonaws.com/sagemaker-scikit-learn:1.4-2-cpu-py3"
    version = make_version(base)
    if exists:
        assert (version["ImageVersionStatus"], version["ContainerImage"]) == ("CREATED", base)
    else:
        assert version["ImageVersionStatus"] == "CREATE_FAILED"


@pytest.mark.usefixtures("over_http")
def test_concurrent_creations_of_versions(aws: Emulator, sagemaker: Any, make_image: Any) -> None:
    make_image()
    base = push(aws, "studio/slim")

    def make(_: int) -> str:
        try:
            sagemaker.create_image_version(ImageName="slim", BaseImage=base)
        except ClientError as refused:
            error = refused.response["Error"]
            return f"{error['Code']}: {error['Message']}"
        return "made"

    assert aws._server is not None
    with ThreadPoolExecutor(10) as clients:
        # Most of the ten requests arrive before the first answer.
        with LOCK:
            idle, deadline = aws._server.requests.idle, time.monotonic() + 1
            running = clients.map(make, range(10))
            while aws._server.requests.idle > idle - 10 and time.monotonic() < deadline:
                time.sleep(0.001)
        answers = list(running)
    refused = answers.count("ResourceInUse: Resource was modified concurrently")
    assert answers.count("made") + refused == 10
    assert refused > 0
    versions = sagemaker.list_image_versions(ImageName="slim", MaxResults=50)["ImageVersions"]
    assert len(versions) == answers.count("made")
    assert make(0) == "made"


def test_option_fail_images(aws: Emulator, make_image: Any, make_version: Any) -> None:
    make_image()
    base = push(aws, "studio/slim")
    aws.options.update({"fail_images": ["slim"]})
    assert make_version(base)["ImageVersionStatus"] == "CREATE_FAILED"
    assert make_version(base)["ImageVersionStatus"] == "CREATED"


def test_aliases(aws: Emulator, sagemaker: Any, make_image: Any, make_version: Any) -> None:
    make_image()
    base = push(aws, "studio/slim")
    make_version(base, Aliases=["latest", "1.0"])
    make_version(base)
    taken = refusal(
        sagemaker.update_image_version, ImageName="slim", Version=2, AliasesToAdd=["latest"]
    )
    assert taken[0] == "ResourceInUse"
    sagemaker.update_image_version(ImageName="slim", Alias="latest", AliasesToDelete=["latest"])
    sagemaker.update_image_version(
        ImageName="slim", Version=2, AliasesToAdd=["latest"], ReleaseNotes="new"
    )
    newest = sagemaker.describe_image_version(ImageName="slim", Alias="latest")
    assert (newest["Version"], newest["ReleaseNotes"]) == (2, "new")

    def aliases(**of: Any) -> list[str]:
        pages = sagemaker.get_paginator("list_aliases").paginate(
            ImageName="slim", PaginationConfig={"PageSize": 1}, **of
        )
        return [alias for page in pages for alias in page["SageMakerImageVersionAliases"]]

    assert aliases() == ["1.0", "latest"]
    assert aliases(Version=1) == ["1.0"]
    assert aliases(Alias="latest") == ["latest"]


def test_deletion_includes_the_versions(
    aws: Emulator, sagemaker: Any, make_image: Any, make_version: Any
) -> None:
    base = push(aws, "studio/slim")
    make_image()
    make_version(base)
    make_version(base)
    sagemaker.delete_image(ImageName="slim")
    sagemaker.get_waiter("image_deleted").wait(
        ImageName="slim", WaiterConfig={"Delay": 0, "MaxAttempts": 500}
    )
    state = existing(ACCOUNT, REGION)
    assert state is not None
    assert (state.images, state.image_versions, state.tags) == ({}, {}, {})
    assert len(aws.client("ecr").list_images(repositoryName="studio/slim")["imageIds"]) == 1


@pytest.mark.parametrize(
    ("kind", "data", "blocks_image", "blocked_versions"),
    [
        ("domain", {"DefaultUserSettings": attachment("slim")}, True, []),
        ("domain", {"DefaultSpaceSettings": attachment("slim", ImageVersionNumber=1)}, True, [1]),
        ("user-profile", {"UserSettings": attachment("slim", ImageVersionNumber=2)}, True, [2]),
        ("user-profile", {"UserSettings": attachment("other")}, False, []),
        ("app", {"ResourceSpec": {"SageMakerImageArn": f"{ARN}:image/slim"}}, True, [2]),
        (
            "app",
            {
                "ResourceSpec": {
                    "SageMakerImageArn": f"{ARN}:image/slim",
                    "SageMakerImageVersionArn": f"{ARN}:image-version/slim/1",
                }
            },
            True,
            [1],
        ),
        (
            "app",
            {
                "ResourceSpec": {
                    "SageMakerImageArn": f"{ARN}:image/slim",
                    "SageMakerImageVersionAlias": "1.0.0",
                }
            },
            True,
            [1],
        ),
        ("app", {"ResourceSpec": {"SageMakerImageArn": f"{ARN}:image/slim2"}}, False, []),
    ],
)
def test_image_in_use(
    aws: Emulator,
    sagemaker: Any,
    make_image: Any,
    make_version: Any,
    kind: str,
    data: dict[str, Any],
    blocks_image: bool,
    blocked_versions: list[int],
) -> None:
    make_image()
    base = push(aws, "studio/slim")
    make_version(base, Aliases=["1.0.0"])
    make_version(base)
    make_version("1.dkr.ecr.us-east-1.amazonaws.com/never:pushed")
    add_resource(kind, "alice", **json.loads(json.dumps(data)))
    for number in blocked_versions:
        code, message = refusal(sagemaker.delete_image_version, ImageName="slim", Version=number)
        assert (code, f"{kind}/alice" in message) == ("ResourceInUse", True)
    if blocks_image:
        assert refusal(sagemaker.delete_image, ImageName="slim")[0] == "ResourceInUse"
        free = next(number for number in (1, 2) if number not in blocked_versions)
        sagemaker.delete_image_version(ImageName="slim", Version=free)
    else:
        sagemaker.delete_image(ImageName="slim")


@pytest.mark.parametrize("pin", [{}, {"ImageVersionNumber": 0}])
def test_last_version_of_an_attached_image(
    aws: Emulator, sagemaker: Any, make_image: Any, make_version: Any, pin: dict[str, int]
) -> None:
    make_image()
    base = push(aws, "studio/slim")
    make_version(base)
    make_version(base)
    add_resource("domain", "d-1", DefaultUserSettings=attachment("slim", **pin))
    sagemaker.delete_image_version(ImageName="slim", Version=1)
    make_version("1.dkr.ecr.us-east-1.amazonaws.com/never:pushed")
    code, _ = refusal(sagemaker.delete_image_version, ImageName="slim", Version=2)
    assert code == "ResourceInUse"
    sagemaker.delete_image_version(ImageName="slim", Version=3)


def test_image_of_a_domain_can_be_deleted_after_the_domain(studio: ControlPlane) -> None:
    studio.image()
    settings = studio.domain_params()["DefaultUserSettings"] | {"JupyterLabAppSettings": SLIM}
    domain_id = studio.domain(DefaultUserSettings=settings)
    refused("ResourceInUse", domain_id, studio.DeleteImage, ImageName="slim")
    studio.DeleteDomain(DomainId=domain_id)
    studio.wait(600)
    studio.DeleteImage(ImageName="slim")
    studio.wait(60)
    assert studio.ListImages()["Images"] == []


def test_lists(sagemaker: Any, make_image: Any) -> None:
    for name in ("one", "two", "three"):
        make_image(name)
    pages = sagemaker.get_paginator("list_images").paginate(PaginationConfig={"PageSize": 2})
    assert [i["ImageName"] for page in pages for i in page["Images"]] == ["three", "two", "one"]

    def names(**params: Any) -> list[str]:
        return [image["ImageName"] for image in sagemaker.list_images(**params)["Images"]]

    assert names(SortBy="IMAGE_NAME", SortOrder="ASCENDING") == ["one", "three", "two"]
    assert names(NameContains="T") == ["three", "two"]
    second = sagemaker.describe_image(ImageName="two")["CreationTime"]
    moment = timedelta(milliseconds=5)
    assert names(CreationTimeAfter=second - moment) == ["three", "two"]
    assert names(CreationTimeBefore=second + moment, SortOrder="ASCENDING") == ["one", "two"]
    assert names(LastModifiedTimeBefore=0) == []
