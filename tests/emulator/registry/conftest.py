"""Fixtures: a layer of an image, and alice, whose policies a test sets."""

from collections.abc import Callable
from typing import Any

import pytest

from studio_emulator.server import Emulator
from tests.emulator.registry.oci import Raw, digest_of
from tests.emulator.samples import allow, client_with, create_user, document


@pytest.fixture
def alice(aws: Emulator) -> Callable[..., Any]:
    """Sets the policy of alice; her ECR client."""
    iam, key = aws.client("iam"), create_user(aws, "alice")

    def client(*statements: dict[str, Any]) -> Any:
        policy = document(allow("ecr:GetAuthorizationToken"), *statements)
        iam.put_user_policy(UserName="alice", PolicyName="own", PolicyDocument=policy)
        return client_with(aws, "ecr", key)

    client()
    return client


@pytest.fixture
def layer(raw: Raw) -> str:
    """The digest of a layer of the pushed image `v1`."""
    raw.image("v1", "hello")
    return digest_of(b"hello")
