"""`studio push` with failed uploads, findings, concurrent pushes and a full repository."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import psutil
import pytest

from settings import Settings, UserError
from settings.paths import PROJECT
from studio.images import builder, push
from studio.images.buildah import BUILDAH_FLAGS
from studio.images.engines import ENGINE
from studio.images.scan_gate import ScanStopped
from studio_emulator.server import Emulator

REPOSITORIES = ("studio/slim", "studio/large")
DOCKERFILE = "FROM scratch\nCOPY hello /hello\n"


def two(**ecr: Any) -> Settings:
    return Settings.model_validate(
        {"image": {"slim": {}, "large": {}}, "ecr": {"check": False, **ecr}}
    )


def slim(**ecr: Any) -> Settings:
    return Settings.model_validate({"image": {"slim": {}}, "ecr": {"check": False, **ecr}})


@pytest.fixture
def ecr(aws: Emulator, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The emulated ECR of a new account, with the repositories of the ecr stack."""
    for name, value in aws.environment().items():
        monkeypatch.setenv(name, value)
    client = aws.client("ecr")
    for name in REPOSITORIES:
        client.create_repository(
            repositoryName=name,
            imageTagMutability="IMMUTABLE",
            imageScanningConfiguration={"scanOnPush": True},
        )
    return client


@pytest.fixture
def images(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the images slim and large."""
    for name in ("slim", "large"):
        folder = tmp_path / "image" / name
        folder.mkdir(parents=True)
        (folder / "Dockerfile").write_text(DOCKERFILE)
        (folder / "hello").write_text(name)
    monkeypatch.setenv("STUDIO_IMAGES", str(tmp_path / "image"))
    return tmp_path / "image"


def flags(storage: Path) -> str:
    return (
        f"--isolation chroot --storage-driver vfs --root {storage / 'root'} "
        f"--runroot {storage / 'run'}"
    )


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """A function that returns the options of a temporary storage of buildah by its name."""
    made: dict[str, Path] = {}

    def make(name: str) -> str:
        made[name] = tmp_path / "storage" / name
        return flags(made[name])

    yield make
    for folder in made.values():
        subprocess.run(
            ["buildah", *flags(folder).split()[2:], "rmi", "--all", "--force"],
            capture_output=True,
            timeout=60,
            check=False,
        )


@pytest.fixture
def buildah(storage: Callable[[str], str], monkeypatch: pytest.MonkeyPatch) -> str:
    """The path of buildah with its own storage; required in CI."""
    path = shutil.which("buildah")
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail("buildah is not installed")
        pytest.skip("buildah is not installed")
    monkeypatch.setenv(ENGINE, "buildah")
    monkeypatch.setenv(BUILDAH_FLAGS, storage("own"))
    return path


def tags(ecr: Any, repository: str = "studio/slim") -> dict[str, str]:
    """The digest by tag."""
    details = ecr.describe_images(repositoryName=repository)["imageDetails"]
    return {tag: detail["imageDigest"] for detail in details for tag in detail["imageTags"]}


@pytest.mark.usefixtures("buildah", "images")
def test_a_failed_upload_is_retried_without_another_build(
    aws: Emulator, ecr: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(builder, "_RETRY_SECONDS", (0.0, 0.0))
    # buildah tries four times.
    aws.options.update({"break_uploads": 5})
    lines: list[str] = []
    ref = push.push_images(slim(), report=lines.append)["slim"]
    assert aws.options.break_uploads == 0
    assert tags(ecr) == {ref.tag: ref.digest}
    assert any("the push failed, retrying in 0 s" in line for line in lines)
    assert sum("STEP 1/" in line for line in lines) == 1


@pytest.mark.usefixtures("buildah", "images")
def test_an_upload_that_always_fails_is_an_error(
    aws: Emulator, ecr: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(builder, "_RETRY_SECONDS", (0.0, 0.0))
    aws.options.update({"break_uploads": 1000})
    lines: list[str] = []
    with pytest.raises(UserError, match=r"^push of .* failed"):
        push.push_images(slim(), report=lines.append)
    assert sum("the push failed, retrying in 0 s" in line for line in lines) == 2
    assert tags(ecr) == {}


@pytest.mark.usefixtures("buildah", "images")
def test_findings_stop_this_push_and_later_pushes(aws: Emulator, ecr: Any) -> None:
    aws.options.update({"scan_findings": ["MEDIUM", "HIGH", "HIGH", "UNDEFINED"]})
    says = r"found 2 HIGH, 1 MEDIUM, 1 UNDEFINED in studio/slim@sha256:.* ecr.stop_at = \"HIGH\""
    lines: list[str] = []
    with pytest.raises(ScanStopped, match=says):
        push.push_images(slim(stop_at="HIGH"), report=lines.append)
    assert len(tags(ecr)) == 1
    assert not any("->" in line for line in lines)
    with pytest.raises(ScanStopped, match=says):
        push.push_images(slim(stop_at="HIGH"), report=lines.append)
    assert push.push_images(slim(stop_at="CRITICAL"), report=lines.append)["slim"].skipped
    assert push.push_images(slim(stop_at="NONE"), report=lines.append)["slim"].skipped


RIVAL = """
import os, sys
from studio.images import push
from settings import Settings
os.environ["STUDIO_IMAGES"] = sys.argv[1]
settings = Settings.model_validate({"image": {"slim": {}}, "ecr": {"check": False}})
ref = push.push_images(settings, check=False)["slim"]
print(f"RESULT {ref.digest} {ref.skipped}")
"""

# Uploads wait until both pushes have built the image and found no tag in ECR.
GATE = """#!/bin/sh
if [ "$1" = push ]; then
  : > {folder}/$$
  while [ "$(ls {folder} | wc -l)" -lt 2 ]; do sleep 0.05; done
fi
exec {buildah} "$@"
"""


@pytest.mark.parametrize("machines", [1, 2])
def test_two_concurrent_pushes(
    ecr: Any,
    images: Path,
    buildah: str,
    storage: Callable[[str], str],
    tmp_path: Path,
    machines: int,
) -> None:
    gate, waiting = tmp_path / "bin" / "buildah", tmp_path / "waiting"
    gate.parent.mkdir()
    waiting.mkdir()
    gate.write_text(GATE.format(folder=waiting, buildah=buildah))
    gate.chmod(0o755)
    rivals = [
        subprocess.Popen(
            [sys.executable, "-c", RIVAL, str(images)],
            cwd=PROJECT,
            env={
                **os.environ,
                "PATH": f"{gate.parent}:{os.environ['PATH']}",
                BUILDAH_FLAGS: storage(f"machine-{number % machines}"),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for number in range(2)
    ]
    said = [rival.communicate(timeout=90)[0] for rival in rivals]
    assert [rival.returncode for rival in rivals] == [0, 0], said
    assert len(list(waiting.iterdir())) >= 2
    (digest,) = tags(ecr).values()
    results = [re.search(r"^RESULT (\S+) False$", text, re.MULTILINE) for text in said]
    assert [found and found[1] for found in results] == [digest, digest]
    assert len(ecr.describe_images(repositoryName="studio/slim")["imageDetails"]) == 1


@pytest.mark.usefixtures("buildah")
def test_several_images_are_pushed_in_parallel(
    ecr: Any, images: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(builder, "builders", lambda: 2)
    lines: list[str] = []
    pushed = push.push_images(two(), report=lines.append)
    assert {name: ref.digest for name, ref in pushed.items()} == {
        name: tags(ecr, f"studio/{name}")[pushed[name].tag] for name in ("slim", "large")
    }
    assert all(re.match(r"(slim|large)(: \S| -> )", line) for line in lines), lines

    (images / "large" / "Dockerfile").write_text("FROM scratch\nCOPY nowhere /\n")
    (images / "slim" / "hello").write_text("changed")
    with pytest.raises(push.PushFailed, match=r"^1 of 2 images failed: large") as failed:
        push.push_images(two(), report=lines.append)
    assert failed.value.exit_code == 1
    assert len(tags(ecr)) == 2
    assert sum(line.startswith("large FAILED: build of large with buildah") for line in lines) == 1


TOGETHER = """
import os, sys
from scripts import cli
from studio.images import builder
import settings
from settings import Settings
os.environ["STUDIO_IMAGES"] = sys.argv[1]
builder.builders = lambda: 2
settings.load = lambda _: Settings.model_validate(
    {"image": {"slim": {}, "large": {}}, "ecr": {"check": False}}
)
sys.exit(cli.main(["push", "--engine", "podman", "--no-check"]))
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_ends_parallel_pushes(
    ecr: Any, images: Path, tmp_path: Path, number: signal.Signals
) -> None:
    engine, pids = tmp_path / "bin" / "podman", tmp_path / "pids"
    for folder in (engine.parent, pids, tmp_path / "tmp"):
        folder.mkdir()
    engine.write_text(
        f'#!/bin/sh\n[ "$1" = info ] && exit 0\nsleep 300 & : > {pids}/$!\n: > {pids}/$$\nwait\n'
    )
    engine.chmod(0o755)
    process = subprocess.Popen(
        [sys.executable, "-c", TOGETHER, str(images)],
        cwd=PROJECT,
        env={
            **os.environ,
            "PATH": f"{engine.parent}:{os.environ['PATH']}",
            "TMPDIR": str(tmp_path / "tmp"),
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 60
    while len(list(pids.iterdir())) < 4:
        assert time.monotonic() < deadline, "the engines did not start"
        time.sleep(0.1)
    process.send_signal(number)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in errors
    assert not any(_runs(int(pid.name)) for pid in pids.iterdir())
    assert list((tmp_path / "tmp").iterdir()) == []
    assert tags(ecr) == tags(ecr, "studio/large") == {}


def test_images_of_versions_are_not_deleted(aws: Emulator, ecr: Any, images: Path) -> None:
    keep(ecr, 2)
    # A day of the emulated clock takes a tenth of a second.
    aws.options.update({"speed": 1e6})

    def push_content(text: str, keep_images: int = 2) -> push.PushedImage:
        (images / "slim" / "hello").write_text(text)
        settings = Settings.model_validate(
            {
                "image": {"slim": {"keep_versions": 2}},
                "ecr": {"check": False, "keep_images": keep_images},
            }
        )
        return push.push_images(settings, placeholder=True, report=lambda _: None)["slim"]

    first = push_content("one")
    make_version(first.uri)
    push_content("two")
    says = (
        r"ecr.keep_images = 2: .*delete \S+@" + first.digest + ", the base image of version 1 of "
    )
    with pytest.raises(UserError, match=says):
        push_content("three")
    not_deployed = (
        r"ecr.keep_images = 9, and the deployed lifecycle policy of studio/slim keeps 2: after"
    )
    with pytest.raises(UserError, match=not_deployed):
        push_content("three", keep_images=9)
    time.sleep(0.2)
    assert first.digest in tags(ecr).values()
    assert len(tags(ecr)) == 2
    push_content("two")
    boto3.client("sagemaker", region_name="us-east-1").delete_image_version(
        ImageName="studio-slim", Version=1
    )
    _settled("DELETED")
    push_content("three")
    time.sleep(0.2)
    tags(ecr)
    time.sleep(0.2)
    assert first.digest not in tags(ecr).values()


def keep(ecr: Any, images: int) -> None:
    """Set the lifecycle policy of the ecr stack."""
    selection = {
        "tagStatus": "any",
        "countType": "imageCountMoreThan",
        "countNumber": images,
    }
    rule = {"rulePriority": 1, "selection": selection, "action": {"type": "expire"}}
    ecr.put_lifecycle_policy(
        repositoryName="studio/slim", lifecyclePolicyText=json.dumps({"rules": [rule]})
    )


@pytest.mark.usefixtures("images")
def test_push_waits_for_the_scan_and_stops_if_it_fails(aws: Emulator, ecr: Any) -> None:
    aws.options.update({"speed": 50, "scan_outcome": "FAILED"})
    lines: list[str] = []
    with pytest.raises(ScanStopped, match=r"no scan result for studio/slim@.* \(FAILED: "):
        push.push_images(slim(), placeholder=True, report=lines.append)
    assert any("waiting for ECR's scan" in line for line in lines)
    assert len(tags(ecr)) == 1
    aws.options.update({"scan_outcome": "UNSUPPORTED_IMAGE"})
    with pytest.raises(ScanStopped, match=r"\(UNSUPPORTED_IMAGE: UnsupportedImageError"):
        push.push_images(slim(), placeholder=True, report=lines.append)
    aws.options.update({"scan_outcome": "COMPLETE"})
    assert push.push_images(slim(), placeholder=True, report=lines.append)["slim"].skipped


def test_mutable_tags_are_rejected(ecr: Any, images: Path) -> None:
    assert images.is_dir()
    ecr.put_image_tag_mutability(repositoryName="studio/slim", imageTagMutability="MUTABLE")
    with pytest.raises(UserError, match="are mutable: deploy the ecr stack again"):
        push.push_images(slim(), placeholder=True, report=lambda _: None)
    assert tags(ecr) == {}


def _runs(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def make_version(base: str) -> None:
    """Create the SageMaker image studio-slim with version 1 from ``base``."""
    iam, sagemaker = (
        boto3.client("iam", region_name="us-east-1"),
        boto3.client("sagemaker", region_name="us-east-1"),
    )
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "sagemaker.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    pull = {"Effect": "Allow", "Action": "ecr:*", "Resource": "*"}
    role = iam.create_role(
        RoleName="reader", AssumeRolePolicyDocument=json.dumps(_document(trust))
    )["Role"]["Arn"]
    iam.put_role_policy(
        RoleName="reader", PolicyName="pull", PolicyDocument=json.dumps(_document(pull))
    )
    sagemaker.create_image(ImageName="studio-slim", RoleArn=role)
    time.sleep(0.5)
    sagemaker.create_image_version(ImageName="studio-slim", BaseImage=base)
    _settled("CREATED")


def _document(statement: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [statement]}


def _settled(status: str) -> None:
    """Wait until version 1 of studio-slim is CREATED or deleted."""
    sagemaker = boto3.client("sagemaker", region_name="us-east-1")
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            found = sagemaker.describe_image_version(ImageName="studio-slim", Version=1)
        except sagemaker.exceptions.ResourceNotFound:
            found = {"ImageVersionStatus": "DELETED"}
        if found["ImageVersionStatus"] == status:
            return
        time.sleep(0.1)
    raise AssertionError(f"version 1 is not {status}")
