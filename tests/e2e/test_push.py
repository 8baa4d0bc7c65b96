"""`studio push` to an emulated ECR: builds by buildah, and placeholders."""

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

import psutil
import pytest

from scripts import cli
from settings import Settings, UserError
from settings.paths import PROJECT
from studio.aws.client import Aws
from studio.aws.ecr import Ecr, digest_of
from studio.images import builder, push
from studio.images.buildah import BUILDAH_FLAGS
from studio.images.engines import ENGINE
from studio_emulator.server import Emulator

SETTINGS = Settings.model_validate(
    {"image": {"slim": {"build_args": {"GREETING": "good day"}}}, "ecr": {"check": False}}
)
DOCKERFILE = "FROM scratch\nARG GREETING\nLABEL greeting=$GREETING\nCOPY hello /hello\n"
REPOSITORY = "studio/slim"


@pytest.fixture
def ecr(aws: Emulator, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The emulated ECR with immutable repositories, in the environment."""
    for name, value in aws.environment().items():
        monkeypatch.setenv(name, value)
    client = aws.client("ecr")
    for name in (REPOSITORY, "studio/large"):
        client.create_repository(
            repositoryName=name,
            imageTagMutability="IMMUTABLE",
            imageScanningConfiguration={"scanOnPush": True},
        )
    return client


@pytest.fixture
def images(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the images, with slim."""
    folder = tmp_path / "image"
    (folder / "slim").mkdir(parents=True)
    (folder / "slim" / "Dockerfile").write_text(DOCKERFILE)
    (folder / "slim" / "hello").write_text("hello")
    monkeypatch.setenv("STUDIO_IMAGES", str(folder))
    return folder


@pytest.fixture
def buildah(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """buildah with its own storage; required in CI."""
    if shutil.which("buildah") is None and os.environ.get("CI") != "true":
        pytest.skip("buildah is not installed")
    monkeypatch.setenv(ENGINE, "buildah")
    monkeypatch.setenv(
        BUILDAH_FLAGS,
        f"--isolation chroot --storage-driver vfs --root {tmp_path / 'storage'} "
        f"--runroot {tmp_path / 'running'}",
    )
    yield
    # Only buildah can remove the read-only folders of layers.
    subprocess.run(
        ["buildah", "--storage-driver", "vfs", "--root", str(tmp_path / "storage"),
         "--runroot", str(tmp_path / "running"), "rmi", "--all", "--force"],
        capture_output=True,
        timeout=60,
        check=False,
    )  # fmt: skip


def details(ecr: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ecr.describe_images(repositoryName=REPOSITORY)["imageDetails"]
    return found


@pytest.mark.usefixtures("buildah")
def test_a_built_image_is_pushed_with_its_digest(ecr: Any, images: Path) -> None:
    lines: list[str] = []
    ref = push.push_images(SETTINGS, report=lines.append)["slim"]
    assert not ref.skipped
    (detail,) = details(ecr)
    assert (detail["imageDigest"], detail["imageTags"]) == (ref.digest, [ref.tag])
    got = ecr.batch_get_image(repositoryName=REPOSITORY, imageIds=[{"imageTag": ref.tag}])
    manifest = got["images"][0]["imageManifest"].encode()
    assert digest_of(manifest) == ref.digest
    assert ref.uri.endswith(f"/{REPOSITORY}@{ref.digest}")
    assert lines[-1] == f"slim -> {ref.uri}"
    assert any("STEP" in line for line in lines)

    again = push.push_images(SETTINGS, report=lines.append)["slim"]
    assert (again.skipped, again.uri) == (True, ref.uri)

    (images / "slim" / "hello").write_text("hellp")
    changed = push.push_images(SETTINGS, report=lines.append)["slim"]
    assert changed.tag != ref.tag
    assert changed.digest != ref.digest
    assert {detail["imageTags"][0]: detail["imageDigest"] for detail in details(ecr)} == {
        ref.tag: ref.digest,
        changed.tag: changed.digest,
    }


@pytest.mark.usefixtures("buildah")
def test_the_content_of_the_built_image(ecr: Any, images: Path, tmp_path: Path) -> None:
    if shutil.which("skopeo") is None and os.environ.get("CI") != "true":
        pytest.skip("skopeo is not installed")
    assert images.is_dir()
    assert details(ecr) == []
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
    assert details(ecr) == []


@pytest.mark.usefixtures("images")
def test_a_placeholder_is_pushed_without_an_engine(
    ecr: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(builder, "find_engine", lambda _: None)
    lines: list[str] = []
    ref = push.push_images(SETTINGS, report=lines.append)["slim"]
    assert [(detail["imageDigest"], detail["imageTags"]) for detail in details(ecr)] == [
        (ref.digest, [ref.tag])
    ]
    assert sum("placeholder" in line for line in lines) == 1
    assert push.push_images(SETTINGS, report=lines.append)["slim"].skipped


@pytest.mark.usefixtures("ecr", "images")
def test_a_missing_repository_names_the_command() -> None:
    settings = Settings.model_validate({"name": "other", "image": {"slim": {}}})
    with pytest.raises(UserError, match=r"no repository other/slim .*`studio up`"):
        push.push_images(settings, placeholder=True)


@pytest.mark.usefixtures("images")
def test_an_unreachable_aws_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    with pytest.raises(UserError, match=r"^AWS: Could not connect"):
        push.push_images(SETTINGS)


INTERRUPTED = """
import os, sys
from scripts import cli
import settings
from settings import Settings
os.environ["STUDIO_IMAGES"] = sys.argv[1]
settings.load = lambda _: Settings.model_validate({"image": {"slim": {}}, "ecr": {"check": False}})
sys.exit(cli.main(["push", "--engine", "podman"]))
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_push_leaves_no_process_and_no_image(
    ecr: Any,
    images: Path,
    tmp_path: Path,
    number: signal.Signals,
) -> None:
    engine = tmp_path / "bin" / "podman"
    engine.parent.mkdir()
    engine.write_text(
        f'#!/bin/sh\n[ "$1" = info ] && exit 0\nsleep 300 & echo $$ $! > {tmp_path}/pids\nwait\n'
    )
    engine.chmod(0o755)
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED, str(images)],
        cwd=PROJECT,
        env={
            **os.environ,
            "PATH": f"{engine.parent}:{os.environ['PATH']}",
            "TMPDIR": str(temporary),
        },
        stderr=subprocess.PIPE,
        text=True,
    )
    pids = _eventually(lambda: (tmp_path / "pids").read_text().split())
    process.send_signal(number)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in errors
    # On a busy machine, killed processes end late.
    deadline = time.monotonic() + 20
    while any(_runs(int(pid)) for pid in pids):
        assert time.monotonic() < deadline, "the engine still runs"
        time.sleep(0.1)
    assert list(temporary.iterdir()) == []
    assert details(ecr) == []
    assert not push.push_images(SETTINGS, placeholder=True, report=lambda _: None)["slim"].skipped


def _eventually(found: Callable[[], list[str]]) -> list[str]:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if len(pids := found()) == 2:
                return pids
        except FileNotFoundError:
            pass
        time.sleep(0.1)
    raise AssertionError("the engine did not start")


def _runs(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
