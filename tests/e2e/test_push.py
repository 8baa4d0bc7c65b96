"""`studio push` to an emulated ECR: builds with buildah, placeholders, and failed uploads."""

from typing import Any

import pytest

from studio.aws.ecr import digest_of
from studio.images import builder, push
from studio_emulator.server import Emulator
from tests.e2e.pushes import push_settings, tags

SETTINGS = push_settings("slim")
REPOSITORY = "studio/slim"


@pytest.mark.usefixtures("buildah", "images")
def test_a_built_image_is_pushed_with_its_digest(ecr: Any) -> None:
    lines: list[str] = []
    ref = push.push_images(SETTINGS, report=lines.append)["slim"]
    assert not ref.skipped
    assert tags(ecr) == {ref.tag: ref.digest}
    got = ecr.batch_get_image(repositoryName=REPOSITORY, imageIds=[{"imageTag": ref.tag}])
    manifest = got["images"][0]["imageManifest"].encode()
    assert digest_of(manifest) == ref.digest
    assert ref.uri.endswith(f"/{REPOSITORY}@{ref.digest}")
    assert lines[-1] == f"slim -> {ref.uri}"
    assert any("STEP" in line for line in lines)


@pytest.mark.usefixtures("buildah", "images")
def test_a_failed_upload_is_retried_without_another_build(
    aws: Emulator, ecr: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(builder, "_RETRY_SECONDS", (0.0, 0.0))
    # buildah tries four times.
    aws.options.update({"break_uploads": 5})
    lines: list[str] = []
    ref = push.push_images(SETTINGS, report=lines.append)["slim"]
    assert aws.options.break_uploads == 0
    assert tags(ecr) == {ref.tag: ref.digest}
    assert any("the push failed, retrying in 0 s" in line for line in lines)
    assert sum("STEP 1/" in line for line in lines) == 1
