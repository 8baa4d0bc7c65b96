"""ECR's responses, and those of a proxy or a hostile server."""

import json
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from settings import UserError
from studio.aws.client import Aws
from studio.aws.ecr import Ecr, Repository
from tests.studio.hostile import HOSTILE, JSON, Answering, anything, in_one_line, members

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


@pytest.fixture
def ecr(answering: type[Answering], keys: None) -> Ecr:  # noqa: ARG001 - the environment
    """ECR behind a server that returns any response."""
    return Ecr(Aws("us-east-1"))


DETAIL = members(["imageDigest", "imageTags", "imagePushedAt"])
REPOSITORY = members(["repositoryUri", "imageTagMutability"])
ANSWER = (
    st.fixed_dictionaries(
        {},
        optional={
            "imageDetails": st.lists(DETAIL, max_size=2) | JSON,
            "repositories": st.lists(REPOSITORY, max_size=2) | JSON,
            "authorizationData": st.lists(members(["authorizationToken"])) | JSON,
            "lifecyclePolicyText": JSON.map(json.dumps) | members(["rules"]).map(json.dumps),
            "imageScanStatus": members(["status", "description"]) | JSON,
            "imageScanFindings": members(["findingSeverityCounts"]) | JSON,
        },
    )
    | JSON
)


def ask_everything(ecr: Ecr) -> None:
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


@settings(anything, max_examples=20)
@given(answer=ANSWER)
def test_a_malformed_response_is_one_line(answer: Any, ecr: Ecr) -> None:
    Answering.status, Answering.content = 200, json.dumps(answer).encode()
    ask_everything(ecr)


@pytest.mark.parametrize("status", [200, 400])
@pytest.mark.parametrize("content", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_response_is_one_line(content: bytes, status: int, ecr: Ecr) -> None:
    Answering.status, Answering.content = status, content
    ask_everything(ecr)
