"""The retries of an upload, the use of a placeholder, and the registries without TLS."""

from itertools import count
from pathlib import Path
from unittest.mock import MagicMock, call

import pytest

from settings import UserError
from studio.aws.ecr import Ecr, Repository
from studio.images import builder
from studio.images.builder import BuildRequest, ImageBuilder, is_loopback
from studio.images.engines import Engine

DIGEST = "sha256:" + "ab" * 32
AWS = "123456789012.dkr.ecr.us-east-1.amazonaws.com"


def builder_with(*tags: str | None, placeholder: bool = False) -> ImageBuilder:
    """Its ECR has a new password for each push. tags: the digest of the tag at each look."""
    numbers, found, ecr = count(1), iter(tags), MagicMock(Ecr)
    ecr.digest.side_effect = lambda *_: next(found, None)
    ecr.password.side_effect = lambda: f"secret {next(numbers)}"
    ecr.verified_digest.side_effect = lambda _repository, _tag, pushed, built: built or pushed
    return ImageBuilder(ecr, engine=None, placeholder=placeholder, check=None)


def request(registry: str) -> BuildRequest:
    repository = Repository("studio/slim", f"{registry}/studio/slim")
    return BuildRequest(
        name="slim", folder=Path("slim"), build_args={}, repository=repository, tag="abc"
    )


UPLOAD = "Error: writing blob: Patch http://registry/v2/studio/slim/blobs/uploads/1: EOF"


@pytest.mark.parametrize(
    ("failures", "says", "attempts", "pauses"),
    [
        ([UPLOAD], "", 2, [2.0]),
        ([UPLOAD] * 3, "", 4, [2.0, 10.0, 30.0]),
        ([UPLOAD] * 9, "uploads/1: EOF", 4, [2.0, 10.0, 30.0]),
        ([UPLOAD, "denied: User bob is not authorized"], "denied", 2, [2.0]),
        (["name unknown: The repository with name 'x' does not exist"], "unknown", 1, []),
        (["The repository with name 'x' does not exist in the registry"], "exist", 1, []),
        (["The upload with upload id 'x' does not exist"], "", 2, [2.0]),
        (["denied: Your authorization token has expired. Reauthenticate"], "", 2, [2.0]),
    ],
)
def test_push_retries_an_upload_that_a_retry_can_fix(
    monkeypatch: pytest.MonkeyPatch,
    failures: list[str],
    says: str,
    attempts: int,
    pauses: list[float],
) -> None:
    upload, build = MagicMock(side_effect=[*map(UserError, failures), DIGEST]), MagicMock()
    waited: list[float] = []
    monkeypatch.setattr(builder, "find_engine", lambda _: Engine("buildah", "/none"))
    monkeypatch.setattr(Engine, "build", build)
    monkeypatch.setattr(Engine, "push", upload)
    monkeypatch.setattr("studio.processes.interrupts.sleep", waited.append)
    images = builder_with()
    if says:
        with pytest.raises(UserError, match=says):
            images.build_and_push(request(AWS), lambda _: None)
    else:
        assert images.build_and_push(request(AWS), lambda _: None) == DIGEST
    passwords = [one.args[0].password for one in upload.call_args_list]
    assert passwords == [f"secret {number + 1}" for number in range(attempts)]
    assert (waited, build.call_count) == (pauses, 1)


def test_an_image_whose_digest_the_engine_does_not_print_is_verified_by_its_id(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(builder, "find_engine", lambda _: Engine("docker", "/none"))
    monkeypatch.setattr(Engine, "build", lambda *_: None)
    monkeypatch.setattr(Engine, "push", lambda *_: None)
    monkeypatch.setattr(Engine, "identity", lambda *_: DIGEST)
    assert builder_with().build_and_push(request(AWS), lambda _: None) == DIGEST


@pytest.mark.parametrize(
    ("tags", "uploads", "says"),
    [([DIGEST], 0, "another push created it"), ([None, DIGEST], 1, "exists and is used")],
)
def test_the_image_of_another_push_is_used(
    monkeypatch: pytest.MonkeyPatch, tags: list[str | None], uploads: int, says: str
) -> None:
    upload = MagicMock(side_effect=UserError("tag abc is immutable"))
    monkeypatch.setattr(builder, "find_engine", lambda _: Engine("buildah", "/none"))
    monkeypatch.setattr(Engine, "build", lambda *_: None)
    monkeypatch.setattr(Engine, "push", upload)
    said: list[str] = []
    assert builder_with(*tags).build_and_push(request(AWS), said.append) == DIGEST
    assert upload.call_count == uploads
    assert said[-1].endswith(says)


@pytest.mark.parametrize(
    ("registry", "asked", "engine", "says"),
    [
        ("127.0.0.1:5000", False, None, "not the image (no container engine responds)"),
        ("127.0.0.1:5000", True, "buildah", "not the image (as asked)"),
        (AWS, False, None, "no container engine responds: install"),
        (AWS, True, "buildah", "--placeholder: only for the emulator"),
    ],
)
def test_a_placeholder_is_pushed_only_to_the_emulator(
    monkeypatch: pytest.MonkeyPatch, registry: str, asked: bool, engine: str | None, says: str
) -> None:
    put = MagicMock(return_value=(DIGEST, None))
    found = None if engine is None else Engine(engine, "/none")
    monkeypatch.setattr(builder, "find_engine", lambda _: found)
    monkeypatch.setattr(ImageBuilder, "_put_placeholder", put)
    images = builder_with(placeholder=asked)
    said: list[str] = []
    if registry == AWS:
        with pytest.raises(UserError, match=says):
            images.build_and_push(request(registry), said.append)
    else:
        assert images.build_and_push(request(registry), said.append) == DIGEST
        assert says in said[0]
    assert put.mock_calls == ([] if registry == AWS else [call(request(registry))])


@pytest.mark.parametrize(
    ("registry", "local"),
    [
        ("127.0.0.1:5000", True),
        ("127.1.2.3", True),
        ("localhost:5000", True),
        ("[::1]:5000", True),
        (AWS, False),
        ("10.0.0.1:5000", False),
        ("localhost.example.com", False),
        ("127.0.0.1.example.com:80", False),
        ("", False),
    ],
)
def test_is_loopback(registry: str, local: bool) -> None:
    assert is_loopback(registry) is local
