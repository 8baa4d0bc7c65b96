"""image/slim from its folder to a deployed version: built, checked, pushed, changed, taken back."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest

from settings.paths import PROJECT
from tests.e2e import base_image
from tests.e2e.base_image import Buildah
from tests.e2e.deployments import Studio

SETTINGS = """\
[domain]
retention = "Delete"
[ecr]
force_delete = true
[image.slim]
build_args = {{ BASE = "{base}" }}
{pin}
[users.alice]
"""


@pytest.fixture
def buildah(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Buildah]:
    """buildah as `studio push` is to find it: with the test's base in its storage."""
    base_image.need("buildah", "debootstrap", "unshare")
    found = Buildah(
        folder=tmp_path_factory.mktemp("buildah"), cache=base_image.cache(tmp_path_factory)
    )
    found.base()
    monkeypatch.setenv("STUDIO_ENGINE", "buildah")
    monkeypatch.setenv("STUDIO_BUILDAH_FLAGS", shlex.join(["--isolation", "chroot", *found.flags]))
    monkeypatch.setenv("TMPDIR", found.environment["TMPDIR"])
    yield found
    found.clean()


def configure(it: Studio, pin: str = "") -> None:
    (it.folder / "studio.toml").write_text(SETTINGS.format(base=base_image.BASE, pin=pin))


def client(it: Studio, service: str) -> Any:
    environment = it.aws.environment
    return boto3.client(
        service,
        endpoint_url=it.aws.url,
        region_name=environment["AWS_REGION"],
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
    )


def planned(it: Studio) -> dict[str, list[tuple[str, list[str]]]]:
    """What Terraform would change now, by stack: the kind of resource, and how."""
    it.synth()
    return {
        stack: sorted((address.split(".")[0], actions) for address, actions in plan.items())
        for stack in it.stacks()
        if (plan := it.plan(stack))
    }


@pytest.mark.usefixtures("buildah")
def test_slim_is_built_checked_pushed_deployed_changed_and_taken_back(
    studio: Callable[..., Studio],
) -> None:
    it = studio()
    slim = it.folder / "image" / "slim"
    shutil.copytree(PROJECT / "image" / "slim", slim)
    configure(it)

    printed = it.up()
    assert "building for linux/amd64 with buildah" in printed
    assert re.search(r"slim -> \S+@sha256:[0-9a-f]{64}", printed)
    sagemaker, ecr = client(it, "sagemaker"), client(it, "ecr")
    assert container_of(sagemaker, 1) == digests(ecr)

    start = slim / "start-jupyterlab"
    before = start.read_text()
    start.write_text(before + "\n")
    it.run("studio", "push")
    assert planned(it) == {
        "image": [
            ("aws_sagemaker_image_version", ["create"]),
            ("aws_sagemaker_image_version", ["forget"]),
        ]
    }
    it.up()
    assert container_of(sagemaker, 1) | container_of(sagemaker, 2) == digests(ecr)
    assert len(digests(ecr)) == 2

    configure(it, pin="version = 1")
    assert planned(it) == {"users": [("aws_sagemaker_user_profile", ["update"])]}
    it.up()
    (domain,) = sagemaker.list_domains()["Domains"]
    profile = sagemaker.describe_user_profile(DomainId=domain["DomainId"], UserProfileName="alice")
    (attached,) = profile["UserSettings"]["JupyterLabAppSettings"]["CustomImages"]
    assert attached["ImageVersionNumber"] == 1

    it.down()
    assert it.aws.inventory() == []


def container_of(sagemaker: Any, version: int) -> set[str]:
    """The digest that a version of the image runs."""
    found = sagemaker.describe_image_version(ImageName="studio-slim", Version=version)
    assert found["ImageVersionStatus"] == "CREATED"
    return {found["ContainerImage"].partition("@")[2]}


def digests(ecr: Any) -> set[str]:
    return {
        image["imageDigest"]
        for image in ecr.describe_images(repositoryName="studio/slim")["imageDetails"]
    }
