"""Tokens of the registry, which have the permissions of who requested them."""

from collections.abc import Callable
from typing import Any

import pytest

from studio_emulator.registry import tokens
from studio_emulator.server import Emulator
from tests.emulator.registry.oci import (
    ACCOUNT,
    ALICE,
    PULL,
    REGION,
    REPOSITORY,
    Raw,
    _basic,
    allow,
    digest_of,
    password_of,
)
from tests.emulator.samples import document


def _token(*, now: float, layer: str = "") -> tuple[str, tokens.Grant]:
    root = f"arn:aws:iam::{ACCOUNT}:root"
    return tokens.issue(ACCOUNT, REGION, now=now, access_key="emulated", caller=root, layer=layer)


@pytest.mark.parametrize(
    ("authorization", "status"),
    [
        (_basic("AWS", "made-up"), 400),
        (_basic("alice", _token(now=2e9)[0]), 400),
        (_basic("AWS", _token(now=0)[0]), 403),
        ({"Authorization": "Basic ???"}, 400),
        ({"Authorization": "Bearer abc"}, 401),
    ],
)
def test_invalid_credentials(raw: Raw, authorization: dict[str, str], status: int) -> None:
    raw.authorization = authorization
    path = f"/v2/{REPOSITORY}/blobs/uploads/"
    assert raw("POST", path, b"x" * 3_000_000).status == status


def test_token_expires_after_12_hours() -> None:
    password, grant = _token(now=1_000_000)
    header = _basic("AWS", password)["Authorization"]
    assert tokens.grant_of(header, now=1_000_000 + 12 * 3600 - 1) == grant
    with pytest.raises(Exception, match="has expired"):
        tokens.grant_of(header, now=1_000_000 + 12 * 3600)


def test_url_of_a_layer_expires_after_an_hour() -> None:
    layer = digest_of(b"layer")
    password, grant = _token(now=0, layer=layer)
    assert tokens.grant_of_layer_url(password, layer, now=3599) == grant
    with pytest.raises(Exception, match="has expired"):
        tokens.grant_of_layer_url(password, layer, now=3600)


@pytest.mark.usefixtures("raw")
def test_token_is_valid_in_one_region(aws: Emulator) -> None:
    elsewhere = Raw(aws.endpoint_url, password_of(aws.client("ecr", region="eu-west-1")))
    assert elsewhere("GET", f"/v2/{REPOSITORY}/tags/list").code == "NAME_UNKNOWN"


def test_layer_url_allows_only_its_layer(aws: Emulator, ecr: Any, layer: str) -> None:
    found = ecr.get_download_url_for_layer(repositoryName=REPOSITORY, layerDigest=layer)
    address, _, password = found["downloadUrl"].partition("?token=")
    anonymous = Raw(aws.endpoint_url)
    path = address.removeprefix(aws.endpoint_url)
    assert anonymous("GET", f"{path}?token={password}").body == b"hello"
    assert anonymous("GET", f"/v2/{REPOSITORY}/manifests/v1?token={password}").status == 400
    assert Raw(aws.endpoint_url, password)("GET", "/v2/").status == 400


@pytest.mark.usefixtures("layer")
def test_repository_policy(aws: Emulator, ecr: Any, alice: Callable[..., Any]) -> None:
    client = alice()
    aws.client("iam").create_user(UserName="bob")
    raw = Raw(aws.endpoint_url, password_of(client))
    read = {"repositoryName": REPOSITORY, "imageIds": [{"imageTag": "v1"}]}

    def answers() -> tuple[int, bool]:
        try:
            client.batch_get_image(**read)
        except client.exceptions.ClientError:
            return raw("GET", f"/v2/{REPOSITORY}/manifests/v1").status, False
        return raw("GET", f"/v2/{REPOSITORY}/manifests/v1").status, True

    def set_policy(*statements: dict[str, Any]) -> None:
        own = [{k: v for k, v in each.items() if k != "Resource"} for each in statements]
        ecr.set_repository_policy(repositoryName=REPOSITORY, policyText=document(*own))

    assert answers() == (403, False)
    set_policy(allow("BatchGetImage", Principal={"AWS": ALICE}))
    assert answers() == (200, True)
    set_policy(allow("BatchGetImage", Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:user/bob"}))
    assert answers() == (403, False)
    alice(allow("BatchGetImage"))
    set_policy(allow("BatchGetImage", effect="Deny", Principal="*"))
    assert answers() == (403, False)


def test_token_of_a_deleted_access_key(
    aws: Emulator, alice: Callable[..., Any], layer: str
) -> None:
    raw = Raw(aws.endpoint_url, password_of(alice(allow(*PULL))))
    iam = aws.client("iam")
    assert raw("GET", f"/v2/{REPOSITORY}/blobs/{layer}").status == 200
    for found in iam.list_access_keys(UserName="alice")["AccessKeyMetadata"]:
        iam.delete_access_key(UserName="alice", AccessKeyId=found["AccessKeyId"])
    assert raw("GET", f"/v2/{REPOSITORY}/blobs/{layer}").status == 403


def test_token_for_another_account(aws: Emulator, ecr: Any) -> None:
    other = "210987654321"
    answer = ecr.get_authorization_token(registryIds=[other])["authorizationData"][0]
    raw = Raw(aws.endpoint_url)
    raw.authorization = {"Authorization": f"Basic {answer['authorizationToken']}"}
    assert raw("POST", f"/v2/{REPOSITORY}/blobs/uploads/").status == 403
