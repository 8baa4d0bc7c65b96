"""`studio push`: the images that it builds, pushes and refuses."""

import re
from pathlib import Path
from unittest.mock import MagicMock

import pytest

from settings import Settings, UserError
from settings.image_tag import content_tag
from studio.aws.client import Aws
from studio.aws.ecr import DOCKER_MANIFEST, Ecr, Repository, digest_of
from studio.console.reports import Report
from studio.images import builder, push
from studio.images.engines import Engine, Job
from studio.images.placeholder import placeholder
from studio_emulator.server import Emulator
from tests.studio.account import REGION, client

SLIM = Settings.model_validate({"image": {"slim": {}}})
TWO = Settings.model_validate(
    {"image": {"slim": {"build_args": {"A": "1"}}, "large": {}, "off": {"enabled": False}}}
)


@pytest.fixture
def ecr(entered: Emulator, monkeypatch: pytest.MonkeyPatch) -> Ecr:
    """An ECR with the repositories of slim and large, which counts as one on AWS."""
    for name in ("slim", "large"):
        client(entered, "ecr").create_repository(
            repositoryName=f"studio/{name}",
            imageTagMutability="IMMUTABLE",
            imageScanningConfiguration={"scanOnPush": True},
        )
    monkeypatch.setattr(builder, "is_loopback", lambda _: False)
    return Ecr(Aws(REGION))


def put(ecr: Ecr, reference: str) -> str:
    """Put an image; returns its digest."""
    uri, _, tag = reference.rpartition(":")
    repository, image = Repository(uri.partition("/")[2], uri), placeholder(uri, tag)
    blobs = (image.layer, image.config)
    ecr.put_image(repository, tag, manifest=image.manifest, blobs=blobs)
    return digest_of(image.manifest)


def held(ecr: Ecr) -> list[str]:
    """The images that ECR has."""
    return [name for name in ("slim", "large") if ecr.pushed(f"studio/{name}")]


@pytest.fixture(autouse=True)
def images(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the images slim and large."""
    for name in ("slim", "large"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "Dockerfile").write_text(f"FROM {name}\n")
    monkeypatch.setenv("STUDIO_IMAGES", str(tmp_path))
    return tmp_path


@pytest.fixture
def builds(ecr: Ecr, monkeypatch: pytest.MonkeyPatch) -> list[Job]:
    """The jobs of the engine, which pushes each to ECR."""
    jobs: list[Job] = []

    def build(_: Engine, job: Job, __: Report) -> None:
        assert job.scratch.is_dir()
        jobs.append(job)

    monkeypatch.setattr(builder, "find_engine", lambda _: Engine("buildah", "/usr/bin/buildah"))
    monkeypatch.setattr(Engine, "build", build)
    monkeypatch.setattr(Engine, "push", lambda _, job, __: put(ecr, job.reference))
    monkeypatch.setattr(push, "require_passed", lambda *_: None)
    return jobs


def test_push_builds_only_the_images_that_ecr_does_not_have(
    ecr: Ecr, builds: list[Job], images: Path
) -> None:
    registry = ecr.registry()
    put(ecr, f"{registry}/studio/large:{content_tag(images / 'large', {})}")
    lines: list[str] = []
    pushed = push.push_images(TWO, report=lines.append)
    slim = content_tag(images / "slim", {"A": "1"})
    (digest,) = ecr.pushed("studio/slim")
    uri = f"{registry}/studio/slim@{digest}"
    assert pushed["slim"] == push.PushedImage(uri=uri, digest=digest, tag=slim, skipped=False)
    assert pushed["large"].skipped
    (job,) = builds
    assert job.reference == f"{registry}/studio/slim:{slim}"
    assert (job.folder, dict(job.build_args)) == (images / "slim", {"A": "1"})
    assert not job.plain_http
    assert not job.scratch.exists()
    assert f"slim -> {uri}" in lines
    assert sum("large" in line for line in lines) == 1
    assert all(ref.skipped for ref in push.push_images(TWO, report=lambda _: None).values())
    assert len(builds) == 1


def test_push_builds_only_the_named_images_with_the_named_engine(
    builds: list[Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(builder, "is_loopback", lambda _: True)
    monkeypatch.setattr(builder, "find_engine", lambda name: Engine(name, "/usr/bin/podman"))
    lines: list[str] = []
    large = push.push_images(TWO, names=["large", "large"], engine="podman", report=lines.append)
    assert list(large) == ["large"]
    assert [job.plain_http for job in builds] == [True]
    assert "with podman, tag" in lines[0]


@pytest.mark.parametrize("name", ["off", "nothing", "../slim"])
def test_push_refuses_an_image_that_is_not_enabled(name: str) -> None:
    with pytest.raises(UserError, match=r"not enabled in studio\.toml; enabled: slim, large"):
        push.push_images(TWO, names=[name], report=lambda _: None)


def test_push_refuses_an_image_without_a_folder() -> None:
    settings = Settings.model_validate({"image": {"gone": {}}})
    with pytest.raises(UserError, match="image gone: no folder"):
        push.push_images(settings, report=lambda _: None)


@pytest.mark.usefixtures("builds")
def test_push_refuses_a_missing_repository_and_one_with_mutable_tags(entered: Emulator) -> None:
    registry = client(entered, "ecr")
    registry.put_image_tag_mutability(repositoryName="studio/slim", imageTagMutability="MUTABLE")
    with pytest.raises(UserError, match="are mutable: deploy the ecr stack again"):
        push.push_images(SLIM, report=lambda _: None)
    registry.delete_repository(repositoryName="studio/slim")
    with pytest.raises(UserError, match=r"ECR has no repository studio/slim .*`studio up`"):
        push.push_images(SLIM, report=lambda _: None)


def test_push_does_not_build_if_ecr_would_delete_the_image_of_a_version(
    builds: list[Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse = MagicMock(side_effect=UserError("ECR would delete it"))
    monkeypatch.setattr(push, "check_retention", refuse)
    with pytest.raises(UserError, match="ECR would delete it"):
        push.push_images(SLIM, report=lambda _: None)
    _, repository, *named = refuse.call_args.args
    assert (repository.name, named) == ("studio/slim", [SLIM, "slim"])
    assert builds == []


def test_the_emulator_gets_a_placeholder_with_config_blob_and_layer_instead_of_an_image(
    entered: Emulator, ecr: Ecr, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(builder, "is_loopback", lambda _: True)
    monkeypatch.setattr(builder, "find_engine", lambda _: pytest.fail("engine"))
    pushed = push.push_images(SLIM, placeholder=True, report=lambda _: None)["slim"]
    assert list(ecr.pushed("studio/slim")) == [pushed.digest]
    assert push.push_images(SLIM, report=lambda _: None)["slim"].skipped
    image = placeholder("slim", pushed.tag)
    found = client(entered, "ecr").batch_check_layer_availability(
        repositoryName="studio/slim",
        layerDigests=[digest_of(image.config), digest_of(image.layer)],
    )
    assert [one["layerAvailability"] for one in found["layers"]] == ["AVAILABLE"] * 2


def test_push_refuses_an_image_that_fails_its_check(
    ecr: Ecr,
    builds: list[Job],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fails(_: Settings, request: builder.BuildRequest, __: Engine, report: Report) -> None:
        report("looking")
        assert request.reference == builds[-1].reference
        if request.name == "large":
            raise UserError("check of large: wrong user")

    monkeypatch.setattr(push, "require_passed", fails)
    lines: list[str] = []
    with pytest.raises(push.PushFailed, match="1 of 2 images failed: large"):
        push.push_images(TWO, report=lines.append)
    assert held(ecr) == ["slim"]
    assert "large FAILED: check of large: wrong user" in capsys.readouterr().err.splitlines()
    assert {"slim: looking", "large: looking"} <= set(lines)
    lines.clear()
    push.push_images(TWO, check=False, report=lines.append)
    assert held(ecr) == ["slim", "large"]
    assert not any("looking" in line for line in lines)


def test_push_does_not_check_if_the_settings_say_so(
    builds: list[Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(push, "require_passed", lambda *_: pytest.fail("checked"))
    settings = Settings.model_validate({"image": {"slim": {}}, "ecr": {"check": False}})
    push.push_images(settings, report=lambda _: None)
    assert len(builds) == 1


@pytest.mark.usefixtures("builds")
def test_an_image_with_findings_fails(
    entered: Emulator, capsys: pytest.CaptureFixture[str]
) -> None:
    entered.options.update({"scan_findings": ["CRITICAL"] * 3})
    lines: list[str] = []
    with pytest.raises(push.PushFailed, match="2 of 2"):
        push.push_images(TWO, report=lines.append)
    assert capsys.readouterr().err.count("FAILED: ECR found 3 CRITICAL") == 2
    assert not any("->" in line for line in lines)


def test_each_push_refuses_a_manifest_of_another_type_than_dockers(
    builds: list[Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    oci = "application/vnd.oci.image.manifest.v1+json"
    monkeypatch.setattr(Ecr, "media_type", lambda *_: oci)
    for _ in range(2):
        with pytest.raises(
            UserError,
            match=rf"type {re.escape(oci)}, not {re.escape(DOCKER_MANIFEST)}: .*"
            r"--repository-name studio/slim --image-ids imageDigest=sha256:",
        ):
            push.push_images(SLIM, report=lambda _: None)
    assert len(builds) == 1


@pytest.mark.usefixtures("entered")
def test_push_skips_an_image_of_another_pipeline() -> None:
    uri = f"123456789012.dkr.ecr.us-east-1.amazonaws.com/team/lab@sha256:{'a' * 64}"
    settings, said = Settings.model_validate({"image": {"lab": {"uri": uri}}}), list[str]()
    assert push.push_images(settings, report=said.append) == {}
    assert said == [f"lab -> {uri} (pushed by another pipeline)"]
    with pytest.raises(UserError, match=r"image lab: another pipeline pushes it \(image.lab.uri"):
        push.push_images(settings, names=["lab"])
