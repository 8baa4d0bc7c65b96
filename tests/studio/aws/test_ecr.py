"""ECR's responses, and those of a proxy or a hostile server."""

import json
from functools import partial
from types import SimpleNamespace

import pytest

from settings import UserError
from studio.aws.client import Aws
from studio.aws.ecr import Ecr, Repository
from tests.studio.clock import Clock
from tests.studio.hostile import HOSTILE, Answering, in_one_line

DIGEST, MANIFEST, CONFIG = (f"sha256:{pair * 32}" for pair in ("ab", "cd", "ef"))
REGISTRY = "123456789012.dkr.ecr.us-east-1.amazonaws.com"


@pytest.mark.parametrize(
    ("pushed", "built", "message"),
    [
        (MANIFEST, None, None),
        (DIGEST, None, f"pushed {DIGEST}, but ECR has {MANIFEST}"),
        (None, CONFIG, None),
        (None, MANIFEST, None),
        (None, None, None),
        (None, DIGEST, f"built {DIGEST}, but ECR has {MANIFEST}"),
    ],
)
def test_verified_digest_refuses_another_image_than_the_pushed_one(
    monkeypatch: pytest.MonkeyPatch, pushed: str | None, built: str | None, message: str | None
) -> None:
    client = SimpleNamespace(
        describe_images=lambda **_: {"imageDetails": [{"imageDigest": MANIFEST}]},
        batch_get_image=lambda **_: {
            "images": [{"imageManifest": json.dumps({"config": {"digest": CONFIG}})}]
        },
    )
    aws = Aws("us-east-1")
    monkeypatch.setattr(Aws, "client", lambda *_: client)
    repository, real = Repository("studio/slim", f"{REGISTRY}/studio/slim"), Ecr(aws)
    if message is None:
        assert real.verified_digest(repository, "t", pushed, built=built) == MANIFEST
    else:
        with pytest.raises(UserError, match=f"^{REGISTRY}/studio/slim:t: {message}$"):
            real.verified_digest(repository, "t", pushed, built=built)


@pytest.mark.parametrize(("seconds", "shown"), [(15, True), (60, False)])
def test_ecr_has_twenty_seconds_to_show_a_pushed_image(
    monkeypatch: pytest.MonkeyPatch, clock: Clock, seconds: int, shown: bool
) -> None:
    visible = clock.now + seconds
    monkeypatch.setattr(Ecr, "digest", lambda *_: MANIFEST if clock.now >= visible else None)
    pushed = partial(
        Ecr(Aws("us-east-1")).verified_digest, Repository("a", REGISTRY), "t", MANIFEST
    )
    if shown:
        assert pushed() == MANIFEST
    else:
        with pytest.raises(UserError, match="t was pushed, but ECR does not show it"):
            pushed()
        assert 20 < clock.now - (visible - seconds) < 30


@pytest.fixture
def ecr(answering: type[Answering], keys: None) -> Ecr:  # noqa: ARG001 - the environment
    """ECR behind a server that returns any response."""
    return Ecr(Aws("us-east-1"))


EMPTY = b'{"imageDetails": [{}], "repositories": [{}], "authorizationData": [{}]}'


@pytest.mark.parametrize("status", [200, 400])
@pytest.mark.parametrize("content", [*HOSTILE, EMPTY], ids=range(len(HOSTILE) + 1))
def test_a_malformed_response_is_one_line(content: bytes, status: int, ecr: Ecr) -> None:
    Answering.status, Answering.content = status, content
    repository = Repository("lab/slim", "127.0.0.1:1/lab/slim")
    for question in (
        lambda: ecr.repository("lab/slim", image="slim"),
        lambda: ecr.digest(repository, "tag"),
        lambda: ecr.pushed("lab/slim"),
        lambda: ecr.media_type(repository, DIGEST),
        lambda: ecr.retained_images(repository),
        lambda: ecr.scan(repository, "sha256:0"),
        ecr.password,
    ):
        in_one_line(question)
