"""The search for an engine and the base images before a deployment."""

from pathlib import Path
from unittest.mock import ANY, MagicMock

import pytest

from settings import Settings, UserError
from studio.errors import StepFailed
from studio.images import buildable
from studio.images.buildable import base_images, require_buildable
from studio.images.engines import ENGINE, Engine
from studio.images.push import push_images
from studio_emulator.server import Emulator

DOCKERFILE = """\
ARG BASE=registry.example/base:1.2@sha256:{digest}
ARG TOOLS="registry.example/tools:1"
# FROM registry.example/comment
FROM --platform=linux/amd64 ${{TOOLS}} AS tools
FROM scratch AS empty
FROM $BASE \\
  AS last
COPY --from=tools /a /b
from tools
FROM ${{UNKNOWN}}
"""


def test_base_images_of_a_dockerfile() -> None:
    text = DOCKERFILE.format(digest="a" * 64)
    assert list(base_images(text, {})) == [
        "registry.example/tools:1",
        # Podman and buildah refuse a reference with a tag and a digest.
        f"registry.example/base@sha256:{'a' * 64}",
    ]
    assert list(base_images(text, {"BASE": "localhost/own", "OTHER": "x"}))[1] == "localhost/own"


@pytest.fixture
def settings(entered: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings with an image that ECR does not have."""
    assert entered.inventory() == []
    (tmp_path / "slim").mkdir()
    (tmp_path / "slim" / "Dockerfile").write_text("FROM registry.example/base:1\n")
    monkeypatch.setenv("STUDIO_IMAGES", str(tmp_path))
    return Settings.model_validate({"image": {"slim": {}}, "ecr": {"stop_at": "NONE"}})


@pytest.fixture
def require_base(monkeypatch: pytest.MonkeyPatch) -> MagicMock:
    """The engine has no base image, and cannot pull one."""
    require_base = MagicMock(side_effect=StepFailed("the pull failed"))
    monkeypatch.setattr(Engine, "require_base", require_base)
    monkeypatch.setattr(buildable, "find_engine", lambda _: Engine("podman", "/usr/bin/podman"))
    monkeypatch.setattr(buildable, "is_loopback", lambda _: False)
    return require_base


def check(settings: Settings) -> None:
    require_buildable(settings, engine=None, report=lambda _: None)


def test_a_base_image_that_cannot_be_pulled_is_named(
    settings: Settings, require_base: MagicMock
) -> None:
    with pytest.raises(StepFailed, match="image slim: cannot pull its base image: the pull"):
        check(settings)
    require_base.assert_called_once_with("registry.example/base:1", ANY)


def test_an_image_in_ecr_needs_no_base_image(
    settings: Settings, require_base: MagicMock, entered: Emulator
) -> None:
    client = entered.client("ecr")
    client.create_repository(repositoryName="studio/slim", imageTagMutability="IMMUTABLE")
    push_images(settings, placeholder=True, report=lambda _: None)
    check(settings)
    require_base.assert_not_called()


def test_a_registry_on_aws_needs_an_engine(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(buildable, "find_engine", lambda _: None)
    check(settings)
    monkeypatch.setattr(buildable, "is_loopback", lambda _: False)
    with pytest.raises(UserError, match="no container engine responds: install or start one of"):
        check(settings)


def test_a_named_engine_must_work_for_an_emulator_too(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ENGINE, "foo")
    with pytest.raises(UserError, match=r"^STUDIO_ENGINE = foo: choose one of docker, "):
        check(settings)
