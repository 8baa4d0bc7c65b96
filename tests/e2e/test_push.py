"""`studio push` to an emulated ECR: builds with buildah, placeholders, and failed uploads."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from scripts import cli
from settings import Settings
from studio.aws.client import Aws
from studio.aws.ecr import Ecr, digest_of
from studio.images import builder, push
from studio_emulator.server import Emulator
from tests.e2e.pushes import push_settings, tags

SETTINGS = Settings.model_validate(
    {"image": {"slim": {"build_args": {"GREETING": "good day"}}}, "ecr": {"check": False}}
)
REPOSITORY = "studio/slim"


@pytest.mark.usefixtures("buildah")
def test_a_built_image_is_pushed_with_its_digest(ecr: Any, images: Path) -> None:
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

    again = push.push_images(SETTINGS, report=lines.append)["slim"]
    assert (again.skipped, again.uri) == (True, ref.uri)

    (images / "slim" / "hello").write_text("slin")
    changed = push.push_images(SETTINGS, report=lines.append)["slim"]
    assert changed.tag != ref.tag
    assert changed.digest != ref.digest
    assert tags(ecr) == {ref.tag: ref.digest, changed.tag: changed.digest}


@pytest.mark.usefixtures("buildah")
def test_the_content_of_the_built_image(ecr: Any, images: Path, tmp_path: Path) -> None:
    if shutil.which("skopeo") is None and os.environ.get("CI") != "true":
        pytest.skip("skopeo is not installed")
    assert images.is_dir()
    assert tags(ecr) == {}
    ref = push.push_images(SETTINGS, report=lambda _: None)["slim"]
    inspected = subprocess.run(
        ["skopeo", "inspect", "--config", "--tls-verify=false", "--creds",
         f"AWS:{Ecr(Aws(SETTINGS.region)).password()}", f"docker://{ref.uri}"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        cwd=tmp_path,
    )  # fmt: skip
    config = json.loads(inspected.stdout)
    assert (config["os"], config["architecture"]) == ("linux", "amd64")
    assert config["config"]["Labels"]["greeting"] == "good day"


@pytest.mark.usefixtures("buildah")
def test_a_failed_build_is_one_line(
    ecr: Any, images: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (images / "slim" / "Dockerfile").write_text("FROM scratch\nCOPY nowhere /\n")
    monkeypatch.setattr("settings.load", lambda _: SETTINGS)
    assert cli.main(["push", "slim"]) == 2
    said = capsys.readouterr()
    *progress, error = said.err.splitlines()
    assert error.startswith("studio push: build of slim with buildah failed")
    assert all(re.match(r" *\d+\.\ds  slim: ", line) for line in progress)
    assert "Traceback" not in said.err + said.out
    assert tags(ecr) == {}


@pytest.mark.usefixtures("buildah", "images")
def test_a_failed_upload_is_retried_without_another_build(
    aws: Emulator, ecr: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(builder, "_RETRY_SECONDS", (0.0, 0.0))
    # buildah tries four times.
    aws.options.update({"break_uploads": 5})
    lines: list[str] = []
    ref = push.push_images(push_settings("slim"), report=lines.append)["slim"]
    assert aws.options.break_uploads == 0
    assert tags(ecr) == {ref.tag: ref.digest}
    assert any("the push failed, retrying in 0 s" in line for line in lines)
    assert sum("STEP 1/" in line for line in lines) == 1
