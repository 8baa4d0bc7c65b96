"""`studio push`: the images that it builds, pushes and refuses."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import pytest

from settings import Settings, UserError
from settings.image_tag import content_tag
from studio.aws.client import Aws
from studio.aws.ecr import DOCKER_MANIFEST, Repository
from studio.aws.ecr_answers import Scan
from studio.console.reports import Report
from studio.images import builder, push
from studio.images.engines import Engine, Job

DIGEST = "sha256:" + "ab" * 32
AWS = "123456789012.dkr.ecr.us-east-1.amazonaws.com"
LOCAL = "127.0.0.1:5000"


class FakeEcr:
    """An ECR to which only the fixture `builds` pushes."""

    registry = AWS
    tags: ClassVar[dict[tuple[str, str], str]]
    findings: ClassVar[dict[str, int]]
    type_of_manifests = DOCKER_MANIFEST

    def __init__(self, aws: Aws) -> None:
        assert aws.region == "us-east-1"

    def repository(self, name: str, *, image: str) -> Repository:
        assert name == f"studio/{image}"
        return Repository(name, f"{self.registry}/{name}")

    def digest(self, repository: Repository, tag: str) -> str | None:
        return self.tags.get((repository.name, tag))

    def verified_digest(
        self, repository: Repository, tag: str, pushed: str | None, *, built: str | None
    ) -> str:
        found = self.tags[repository.name, tag]
        assert built is None
        assert pushed in (None, found)
        return found

    def pushed(self, name: str) -> dict[str, list[str]]:
        return {digest: [] for (each, _), digest in self.tags.items() if each == name}

    def retained_images(self, repository: Repository) -> int | None:
        assert repository.name.startswith("studio/")
        return None

    def scan(self, repository: Repository, digest: str) -> Scan | None:
        assert digest in self.pushed(repository.name)
        return Scan(status="COMPLETE", description="", counts=self.findings)

    def media_type(self, repository: Repository, digest: str) -> str:
        assert digest in self.pushed(repository.name)
        return self.type_of_manifests

    def password(self) -> str:
        return "secret"


@pytest.fixture
def ecr(monkeypatch: pytest.MonkeyPatch) -> type[FakeEcr]:
    class Fresh(FakeEcr):
        tags: ClassVar[dict[tuple[str, str], str]] = {}
        findings: ClassVar[dict[str, int]] = {}

    monkeypatch.setattr(push, "Ecr", Fresh)
    return Fresh


@pytest.fixture(autouse=True)
def images(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the images slim and large."""
    for name in ("slim", "large"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "Dockerfile").write_text(f"FROM {name}\n")
    monkeypatch.setenv("STUDIO_IMAGES", str(tmp_path))
    return tmp_path


@pytest.fixture
def two() -> Settings:
    return Settings.model_validate(
        {"image": {"slim": {"build_args": {"A": "1"}}, "large": {}, "off": {"enabled": False}}}
    )


@pytest.fixture
def no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builder, "find_engine", lambda _: None)


@pytest.fixture
def builds(ecr: type[FakeEcr], monkeypatch: pytest.MonkeyPatch) -> list[Job]:
    """The jobs of the engine, which pushes each to the fake ECR."""
    jobs: list[Job] = []

    def build(_: Engine, job: Job, __: Callable[[str], object]) -> None:
        assert job.scratch.is_dir()
        jobs.append(job)

    def arrive(_: Engine, job: Job, __: Callable[[str], object]) -> str:
        uri, tag = job.reference.rsplit(":", 1)
        ecr.tags[uri.partition("/")[2], tag] = DIGEST
        return DIGEST

    monkeypatch.setattr(builder, "find_engine", lambda _: Engine("buildah", "/usr/bin/buildah"))
    monkeypatch.setattr(Engine, "build", build)
    monkeypatch.setattr(Engine, "push", arrive)
    monkeypatch.setattr(push, "require_passed", lambda *_: None)
    return jobs


def quiet(_: str) -> None:
    pass


def test_push_builds_only_the_images_that_ecr_does_not_have(
    ecr: type[FakeEcr], builds: list[Job], two: Settings, images: Path
) -> None:
    large = content_tag(images / "large", {})
    ecr.tags["studio/large", large] = "sha256:" + "cd" * 32
    lines: list[str] = []
    pushed = push.push_images(two, report=lines.append)
    slim = content_tag(images / "slim", {"A": "1"})
    assert pushed["slim"] == push.PushedImage(
        uri=f"{AWS}/studio/slim@{DIGEST}", digest=DIGEST, tag=slim, skipped=False
    )
    assert pushed["large"].skipped
    (job,) = builds
    assert job.reference == f"{AWS}/studio/slim:{slim}"
    assert (job.folder, dict(job.build_args)) == (images / "slim", {"A": "1"})
    assert not job.plain_http
    assert not job.scratch.exists()
    assert f"slim -> {AWS}/studio/slim@{DIGEST}" in lines
    assert sum("large" in line for line in lines) == 1
    assert all(ref.skipped for ref in push.push_images(two, report=quiet).values())
    assert len(builds) == 1


def test_push_builds_only_the_named_images(
    ecr: type[FakeEcr], builds: list[Job], two: Settings
) -> None:
    ecr.registry = LOCAL
    assert list(push.push_images(two, names=["large", "large"], report=quiet)) == ["large"]
    assert [job.plain_http for job in builds] == [True]


@pytest.mark.parametrize("name", ["off", "nothing", "../slim"])
def test_push_refuses_an_image_that_is_not_enabled(two: Settings, name: str) -> None:
    with pytest.raises(UserError, match=r"not enabled in studio\.toml; enabled: slim, large"):
        push.push_images(two, names=[name], report=quiet)


def test_push_refuses_an_image_without_a_folder() -> None:
    settings = Settings.model_validate({"image": {"gone": {}}})
    with pytest.raises(UserError, match="image gone: no folder"):
        push.push_images(settings, report=quiet)


@pytest.mark.usefixtures("no_engine", "ecr")
def test_push_to_aws_without_an_engine_names_the_engines(two: Settings) -> None:
    with pytest.raises(UserError, match="docker, podman, buildah, finch, nerdctl"):
        push.push_images(two, report=quiet)


@pytest.mark.usefixtures("ecr", "builds")
def test_push_sends_no_placeholder_to_aws(two: Settings) -> None:
    with pytest.raises(UserError, match="only for the emulator"):
        push.push_images(two, placeholder=True, report=quiet)


def test_push_finds_the_engine_that_is_named(
    ecr: type[FakeEcr], two: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ecr.tags == {}
    asked: list[str | None] = []
    monkeypatch.setattr(builder, "find_engine", asked.append)
    with pytest.raises(UserError):
        push.push_images(two, engine="podman", report=quiet)
    assert asked == ["podman"]


def test_push_uses_the_image_of_another_push(
    ecr: type[FakeEcr], two: Settings, monkeypatch: pytest.MonkeyPatch, images: Path
) -> None:
    tag = content_tag(images / "large", {})

    def lose(*_: Any) -> str:
        ecr.tags["studio/large", tag] = DIGEST
        raise UserError("push failed (exit 1): tag invalid")

    monkeypatch.setattr(builder, "find_engine", lambda _: Engine("podman", "/usr/bin/podman"))
    monkeypatch.setattr(Engine, "build", lambda *_: None)
    monkeypatch.setattr(Engine, "push", lose)
    monkeypatch.setattr(push, "require_passed", lambda *_: None)
    monkeypatch.setattr(builder, "_RETRY_SECONDS", ())
    assert push.push_images(two, names=["large"], report=quiet)["large"].digest == DIGEST
    with pytest.raises(UserError, match="tag invalid"):
        push.push_images(two, names=["slim"], report=quiet)


def test_push_refuses_an_image_that_fails_its_check(
    ecr: type[FakeEcr], builds: list[Job], two: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_: Settings, request: builder.BuildRequest, __: Engine, report: Report) -> None:
        report("looking")
        assert request.reference == builds[-1].reference
        if request.name == "large":
            raise UserError("check of large: wrong user")

    monkeypatch.setattr(push, "require_passed", fails)
    lines: list[str] = []
    with pytest.raises(push.PushFailed, match="1 of 2 images failed: large"):
        push.push_images(two, report=lines.append)
    assert [name for name, _ in ecr.tags] == ["studio/slim"]
    assert "large FAILED: check of large: wrong user" in lines
    assert {"slim: looking", "large: looking"} <= set(lines)
    lines.clear()
    push.push_images(two, check=False, report=lines.append)
    assert [name for name, _ in ecr.tags] == ["studio/slim", "studio/large"]
    assert not any("looking" in line for line in lines)


def test_push_does_not_check_if_the_settings_say_so(
    ecr: type[FakeEcr], builds: list[Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ecr.tags == {}
    monkeypatch.setattr(push, "require_passed", lambda *_: pytest.fail("checked"))
    settings = Settings.model_validate({"image": {"slim": {}}, "ecr": {"check": False}})
    push.push_images(settings, report=quiet)
    assert len(builds) == 1


@pytest.mark.usefixtures("builds")
def test_an_image_with_findings_fails(ecr: type[FakeEcr], two: Settings) -> None:
    ecr.findings["CRITICAL"] = 3
    lines: list[str] = []
    with pytest.raises(push.PushFailed, match="2 of 2"):
        push.push_images(two, report=lines.append)
    assert sum("FAILED: ECR found 3 CRITICAL" in line for line in lines) == 2
    assert not any("->" in line for line in lines)


def test_each_push_refuses_a_manifest_of_another_type_than_dockers(
    ecr: type[FakeEcr], builds: list[Job]
) -> None:
    ecr.type_of_manifests = "application/vnd.oci.image.manifest.v1+json"
    settings = Settings.model_validate({"image": {"slim": {}}})
    for _ in range(2):
        with pytest.raises(
            UserError,
            match=rf"type {re.escape(ecr.type_of_manifests)}, not {re.escape(DOCKER_MANIFEST)}: .*"
            rf"--repository-name studio/slim --image-ids imageDigest={DIGEST}",
        ):
            push.push_images(settings, report=quiet)
    assert len(builds) == 1


def test_push_skips_an_image_of_another_pipeline(ecr: type[FakeEcr]) -> None:
    uri = f"{AWS}/team/lab@{DIGEST}"
    settings, said = Settings.model_validate({"image": {"lab": {"uri": uri}}}), list[str]()
    assert push.push_images(settings, report=said.append) == {}
    assert said == [f"lab -> {uri} (pushed by another pipeline)"]
    with pytest.raises(UserError, match=r"image lab: another pipeline pushes it \(image.lab.uri"):
        push.push_images(settings, names=["lab"])
    assert ecr.tags == {}
