"""Permissions of tokens: those of the identity that requested the token."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from studio_emulator.server import Emulator
from tests.emulator.registry.oci import (
    ACCOUNT,
    MANIFEST,
    REGION,
    REPOSITORY,
    Raw,
    Reply,
    digest_of,
    manifest_of,
    password_of,
)
from tests.emulator.samples import client_with, create_user, document

ARN = f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/{REPOSITORY}"
ALICE = f"arn:aws:iam::{ACCOUNT}:user/alice"
TOKEN = {"Effect": "Allow", "Action": "ecr:GetAuthorizationToken", "Resource": "*"}
PUSH = (
    "BatchCheckLayerAvailability",
    "InitiateLayerUpload",
    "UploadLayerPart",
    "CompleteLayerUpload",
    "PutImage",
)
PULL = ("BatchGetImage", "GetDownloadUrlForLayer")


def allow(*actions: str, effect: str = "Allow", **more: Any) -> dict[str, Any]:
    named = [f"ecr:{action}" for action in actions]
    return {"Effect": effect, "Action": named, "Resource": ARN, **more}


Alice = Callable[..., Any]


@pytest.fixture
def alice(aws: Emulator) -> Iterator[Alice]:
    """Sets the policy of alice; her ECR client."""
    iam, key = aws.client("iam"), create_user(aws, "alice")

    def client(*statements: dict[str, Any]) -> Any:
        iam.put_user_policy(
            UserName="alice", PolicyName="own", PolicyDocument=document(TOKEN, *statements)
        )
        return client_with(aws, "ecr", key)

    client()
    yield client
    for found in iam.list_access_keys(UserName="alice")["AccessKeyMetadata"]:
        iam.delete_access_key(UserName="alice", AccessKeyId=found["AccessKeyId"])
    iam.delete_user_policy(UserName="alice", PolicyName="own")
    iam.delete_user(UserName="alice")


@pytest.fixture
def layer(raw: Raw) -> str:
    """The digest of a layer of the pushed image `v1`."""
    raw.image("v1", "hello")
    return digest_of(b"hello")


def requests_of(raw: Raw, layer: str) -> dict[str, Callable[[], Reply]]:
    """Action -> a request that needs it."""
    at = f"/v2/{REPOSITORY}"

    def upload() -> str:
        started = raw("POST", f"{at}/blobs/uploads/")
        return str(started.headers["Location"])

    def push_manifest() -> Reply:
        blob = {"mediaType": "x/y", "digest": layer, "size": 5}
        return raw("PUT", f"{at}/manifests/v2", manifest_of(blob, blob), Content_Type=MANIFEST)

    return {
        "BatchCheckLayerAvailability": lambda: raw("HEAD", f"{at}/blobs/{layer}"),
        "InitiateLayerUpload": lambda: raw("POST", f"{at}/blobs/uploads/"),
        "UploadLayerPart": lambda: raw("PATCH", upload(), b"part"),
        "CompleteLayerUpload": lambda: raw("PUT", f"{upload()}?digest={digest_of(b'')}"),
        "PutImage": push_manifest,
        "BatchGetImage": lambda: raw("GET", f"{at}/manifests/v1"),
        "GetDownloadUrlForLayer": lambda: raw("GET", f"{at}/blobs/{layer}"),
        "ListImages": lambda: raw("GET", f"{at}/tags/list"),
    }


@pytest.mark.parametrize("action", [*PUSH, *PULL, "ListImages"])
def test_action_of_each_request(aws: Emulator, alice: Alice, layer: str, action: str) -> None:
    every = [*PUSH, *PULL, "ListImages"]
    client = alice(allow(*(each for each in every if each != action)))
    raw = Raw(aws.endpoint_url, password_of(client))
    refused = requests_of(raw, layer)[action]()
    assert refused.status == 403
    if refused.body:
        assert refused.code == "DENIED"
        assert refused.message == (
            f"User: {ALICE} is not authorized to perform: ecr:{action} on resource: {ARN} "
            f"because no identity-based policy allows the ecr:{action} action"
        )
    alice(allow(*every))
    assert requests_of(raw, layer)[action]().status < 300


def test_documented_actions_for_push_and_pull(aws: Emulator, alice: Alice, layer: str) -> None:
    """https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html"""
    pushing = Raw(aws.endpoint_url, password_of(alice(allow(*PUSH))))
    assert pushing.image("mine", "other")[0].status == 201
    assert pushing("GET", f"/v2/{REPOSITORY}/manifests/mine").status == 403
    pulling = Raw(aws.endpoint_url, password_of(alice(allow(*PULL))))
    assert pulling("GET", f"/v2/{REPOSITORY}/manifests/mine").status == 200
    assert pulling("GET", f"/v2/{REPOSITORY}/blobs/{layer}").body == b"hello"
    assert pulling("POST", f"/v2/{REPOSITORY}/blobs/uploads/").status == 403


@pytest.mark.usefixtures("layer")
def test_repository_policy(aws: Emulator, ecr: Any, alice: Alice) -> None:
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


def test_token_of_a_deleted_access_key(aws: Emulator, alice: Alice, layer: str) -> None:
    raw = Raw(aws.endpoint_url, password_of(alice(allow(*PULL))))
    iam = aws.client("iam")
    assert raw("GET", f"/v2/{REPOSITORY}/blobs/{layer}").status == 200
    for found in iam.list_access_keys(UserName="alice")["AccessKeyMetadata"]:
        iam.delete_access_key(UserName="alice", AccessKeyId=found["AccessKeyId"])
    assert raw("GET", f"/v2/{REPOSITORY}/blobs/{layer}").status == 403


def test_token_for_another_account(aws: Emulator, ecr: Any) -> None:
    other = "210987654321"
    answer = ecr.get_authorization_token(registryIds=[other])["authorizationData"][0]
    raw = Raw(aws.endpoint_url, None)
    raw.authorization = {"Authorization": f"Basic {answer['authorizationToken']}"}
    assert raw("POST", f"/v2/{REPOSITORY}/blobs/uploads/").status == 403


def test_layer_url_allows_only_its_layer(aws: Emulator, ecr: Any, layer: str) -> None:
    found = ecr.get_download_url_for_layer(repositoryName=REPOSITORY, layerDigest=layer)
    address, _, password = found["downloadUrl"].partition("?token=")
    anonymous = Raw(aws.endpoint_url, None)
    path = address.removeprefix(aws.endpoint_url)
    assert anonymous("GET", f"{path}?token={password}").body == b"hello"
    assert anonymous("GET", f"/v2/{REPOSITORY}/manifests/v1?token={password}").status == 400
    assert Raw(aws.endpoint_url, password)("GET", "/v2/").status == 400
