"""Versions of images, through boto3."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError

from studio_emulator.lock import LOCK
from studio_emulator.server import Emulator
from tests.emulator.registry.oci import REPOSITORY, Raw, manifest_of
from tests.emulator.samples import (
    ACCOUNT,
    READ_IMAGES,
    REGION,
    create_key,
    document,
    grant,
    make_image,
    make_role,
    make_version,
    push,
    refusal,
    refused,
)

ARN = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}"


@pytest.fixture
def base(aws: Emulator) -> str:
    """A container image for versions of the image `slim`."""
    make_image(aws)
    return push(aws, "studio/slim")


def test_version_has_the_digest(aws: Emulator, base: str) -> None:
    version = make_version(aws, base, Aliases=["latest"], MLFramework="pytorch 2.1", Horovod=False)
    assert version["ImageVersionStatus"] == "CREATED"
    assert version["ImageVersionArn"] == f"{ARN}:image-version/slim/1"
    assert version["BaseImage"] == base
    repository, digest = version["ContainerImage"].split("@")
    assert repository == base.removesuffix(":v1")
    pushed = aws.client("ecr").describe_images(repositoryName="studio/slim")["imageDetails"]
    assert digest == pushed[0]["imageDigest"]
    assert (version["MLFramework"], version["Horovod"]) == ("pytorch 2.1", False)
    again = make_version(aws, version["ContainerImage"])
    assert again["ContainerImage"] == version["ContainerImage"]


def test_version_of_an_image_whose_key_is_disabled(aws: Emulator) -> None:
    make_image(aws)
    key = create_key(aws)
    encryption = {"encryptionType": "KMS", "kmsKey": key}
    aws.client("ecr").create_repository(repositoryName="slim", encryptionConfiguration=encryption)
    base = push(aws, "slim")
    aws.client("kms").disable_key(KeyId=key)
    version = make_version(aws, base)
    assert version["ImageVersionStatus"] == "CREATE_FAILED"
    assert "key" in version["FailureReason"]


def test_base_image_keeps_its_tag_if_the_digest_does_not_fit(aws: Emulator) -> None:
    make_image(aws)
    base = push(aws, "s" * 200)
    assert make_version(aws, base)["ContainerImage"] == base


def test_version_in_creation(aws: Emulator, sagemaker: Any) -> None:
    make_image(aws)
    aws.options.update({"speed": 1.0})
    sagemaker.create_image_version(ImageName="slim", BaseImage="h.x/y:1")
    for operation in ("update_image_version", "delete_image_version"):
        code, message = refusal(getattr(sagemaker, operation), ImageName="slim", Version=1)
        assert (code, "status CREATING" in message) == ("ResourceInUse", True), message


def test_version_numbers_are_unique(aws: Emulator, sagemaker: Any, base: str) -> None:
    assert [make_version(aws, base)["Version"] for _ in range(2)] == [1, 2]
    sagemaker.delete_image_version(ImageName="slim", Version=2)
    sagemaker.get_waiter("image_version_deleted").wait(
        ImageName="slim", Version=2, WaiterConfig={"Delay": 0, "MaxAttempts": 500}
    )
    assert sagemaker.describe_image_version(ImageName="slim")["Version"] == 1
    assert make_version(aws, base)["Version"] == 3
    newest_first = sagemaker.list_image_versions(ImageName="slim", SortBy="VERSION")
    assert [v["Version"] for v in newest_first["ImageVersions"]] == [3, 1]


def test_client_token(sagemaker: Any, base: str) -> None:
    params = {"ImageName": "slim", "BaseImage": base, "ClientToken": "once"}
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
def test_unusable_base_image(aws: Emulator, base: str, reference: str, words: str) -> None:
    push(aws, "studio/slim", "arm", architecture="arm64")
    version = make_version(aws, f"{base.removesuffix(':v1')}{reference}")
    assert version["ImageVersionStatus"] == "CREATE_FAILED"
    assert words in version["FailureReason"]
    assert "ContainerImage" not in version


def test_base_image_without_a_platform(aws: Emulator, raw: Raw) -> None:
    make_image(aws)
    manifest = manifest_of(raw.blob(b"{}"), raw.blob(b"a chart"))
    raw.put(manifest)
    assert "linux/amd64" in make_version(aws, f"{raw.host}/{REPOSITORY}:v1")["FailureReason"]


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
    aws: Emulator, changed: dict[str, Any], missing: str | None
) -> None:
    make_image(aws, role=make_role(aws, "reader", {**READ_IMAGES, **changed}))
    base = push(aws, "studio/slim")
    granted = {"repositoryName": "studio/slim", "policyText": document(grant("*", "ecr:*"))}
    aws.client("ecr").set_repository_policy(**granted)
    version = make_version(aws, base)
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
def test_images_of_aws(aws: Emulator, account: str, region: str, exists: bool) -> None:
    make_image(aws)
    base = f"{account}.dkr.ecr.{region}.amazonaws.com/sagemaker-scikit-learn:1.4-2-cpu-py3"
    version = make_version(aws, base)
    if exists:
        assert (version["ImageVersionStatus"], version["ContainerImage"]) == ("CREATED", base)
    else:
        assert version["ImageVersionStatus"] == "CREATE_FAILED"


@pytest.mark.usefixtures("over_http")
def test_concurrent_creations_of_versions(aws: Emulator, sagemaker: Any, base: str) -> None:
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


def test_option_fail_images(aws: Emulator, base: str) -> None:
    aws.options.update({"fail_images": ["slim"]})
    assert make_version(aws, base)["ImageVersionStatus"] == "CREATE_FAILED"
    assert make_version(aws, base)["ImageVersionStatus"] == "CREATED"


def test_aliases(aws: Emulator, sagemaker: Any, base: str) -> None:
    make_version(aws, base, Aliases=["latest", "1.0"])
    make_version(aws, base)
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


BASE, OTHER = {"BaseImage": "h.x/y:1"}, {"ImageName": "other"}


@pytest.mark.parametrize(
    ("operation", "params", "code", "words"),
    [
        ("create_image_version", OTHER | BASE, "ResourceNotFound", "does not exist"),
        ("create_image_version", {"BaseImage": "python:3"}, "ValidationException", "Registry path"),
        ("create_image_version", BASE | {"Aliases": ["a", "a"]}, "ValidationException", "unique"),
        ("describe_image_version", {}, "ResourceNotFound", "does not exist"),
        ("describe_image_version", {"Version": 1}, "ResourceNotFound", "does not exist"),
        ("list_image_versions", OTHER, "ResourceNotFound", "does not exist"),
        ("list_aliases", OTHER, "ResourceNotFound", "does not exist"),
        ("delete_image_version", {}, "ValidationException", "Version"),
    ],
)
def test_refusals(
    aws: Emulator, sagemaker: Any, operation: str, params: dict[str, Any], code: str, words: str
) -> None:
    make_image(aws)
    refused(code, words, getattr(sagemaker, operation), **{"ImageName": "slim"} | params)
