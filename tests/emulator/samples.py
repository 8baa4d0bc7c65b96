"""Identities, clients and container images for the emulator's tests."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from studio_emulator.errors import AwsError
from tests.emulator.registry.oci import Raw, make_repository, password_of

if TYPE_CHECKING:
    from studio_emulator.server import Emulator

ACCOUNT = "123456789012"
REGION = "us-east-1"
ROOT = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
"""The account, as a principal of a policy."""


def document(*statements: dict[str, Any]) -> str:
    """A policy in JSON."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(*actions: str, resource: str = "*", **condition: Any) -> dict[str, Any]:
    """A statement that allows the actions."""
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": resource}
    return statement | ({"Condition": condition} if condition else {})


READ_IMAGES = allow("ecr:GetAuthorizationToken", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")


def grant(principal: Any, action: str, **more: Any) -> dict[str, Any]:
    """A statement of a resource's policy."""
    return {"Effect": "Allow", "Principal": principal, "Action": action, **more}


def trust(service: str = "sagemaker.amazonaws.com", **more: Any) -> dict[str, Any]:
    """A trust statement for a service."""
    return grant({"Service": service}, "sts:AssumeRole") | more


def make_role(
    aws: Emulator, name: str, *allowed: dict[str, Any], trusts: dict[str, Any] | None = None
) -> str:
    """The ARN of a new role with these statements."""
    iam = aws.client("iam")
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document(trusts or trust()))
    if allowed:
        iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=document(*allowed))
    return str(role["Role"]["Arn"])


def create_user(aws: Emulator, name: str, *statements: dict[str, Any]) -> dict[str, str]:
    """The access key of a new user with these statements."""
    iam = aws.client("iam")
    iam.create_user(UserName=name)
    if statements:
        policy = document(*statements)
        iam.put_user_policy(UserName=name, PolicyName="all", PolicyDocument=policy)
    return dict(iam.create_access_key(UserName=name)["AccessKey"])


def create_key(aws: Emulator, **params: Any) -> str:
    """The id of a new KMS key."""
    return str(aws.client("kms").create_key(**params)["KeyMetadata"]["KeyId"])


def encrypt_bucket(
    s3: Any, key: str = "", *, bucket_key: bool = False, bucket: str = "a-bucket"
) -> None:
    """Encrypt new objects of the bucket with the key, by default that of AWS."""
    by_kms = {"SSEAlgorithm": "aws:kms"} | ({"KMSMasterKeyID": key} if key else {})
    rule = {"ApplyServerSideEncryptionByDefault": by_kms, "BucketKeyEnabled": bucket_key}
    rules = {"Rules": [rule]}
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration=rules)


def as_tags(**tags: str) -> list[dict[str, str]]:
    """Tags as most services expect them."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


_SESSION = boto3.Session()


def client_with(
    aws: Emulator, service: Any, key: Mapping[str, str], config: Config | None = None
) -> Any:
    """A client with an access key, as IAM and STS return it."""
    return _SESSION.client(
        service,
        region_name=REGION,
        config=config,
        endpoint_url=aws.endpoint_url,
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
        aws_session_token=key.get("SessionToken"),
    )


def push(
    aws: Emulator,
    name: str,
    tag: str = "v1",
    *,
    architecture: str = "amd64",
    config: Mapping[str, Any] | None = None,
) -> str:
    """`REPOSITORY_URI:TAG` of a new image, in a repository that is created on demand.

    config: how its container runs.
    """
    ecr = aws.client("ecr")
    with suppress(ecr.exceptions.RepositoryAlreadyExistsException):
        make_repository(ecr, name)
    image = {"architecture": architecture, "os": "linux", "tag": tag, "config": config}
    registry = Raw(ecr.meta.endpoint_url, password_of(ecr))
    reply, _ = registry.push(name, tag, image, b"a layer")
    assert reply.status == 201, reply.body
    return f"{registry.host}/{name}:{tag}"


def call_admin(aws: Emulator, path: str, body: Any = None, method: str = "GET") -> tuple[int, str]:
    """The status and the text of a call of the emulator's own API."""
    data = b"" if body is None else json.dumps(body).encode()
    reply = Raw(aws.endpoint_url)(method, f"/_emulator/{path}", data)
    return reply.status, reply.body.decode()


def signed(service: str, region: str = REGION) -> dict[str, str]:
    """The header of a signature, of which the emulator reads only the scope."""
    scope = f"AKIAIOSFODNN7EXAMPLE/20261123/{region}/{service}/aws4_request"
    signature = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"
    return {"Authorization": signature}


def settled(describe: Callable[[], dict[str, Any]], status: str = "Status") -> dict[str, Any]:
    """The response of `describe` once its `status` member does not end in -ing."""
    for _ in range(400):
        answer = describe()
        if not answer[status].lower().endswith("ing"):
            return answer
        time.sleep(0.02)
    raise AssertionError(f"{answer[status]} after 8 s")


def make_image(aws: Emulator, name: str = "slim", *, role: str = "", **more: Any) -> dict[str, Any]:
    """Create an image, by default with a role that can read ECR; returns its description."""
    sagemaker, role = aws.client("sagemaker"), role or make_role(aws, f"{name}-role", READ_IMAGES)
    sagemaker.create_image(ImageName=name, RoleArn=role, **more)
    return settled(lambda: sagemaker.describe_image(ImageName=name), "ImageStatus")


def make_version(aws: Emulator, base: str, name: str = "slim", **more: Any) -> dict[str, Any]:
    """Create a version of the image; returns its description."""
    sagemaker = aws.client("sagemaker")
    sagemaker.create_image_version(ImageName=name, BaseImage=base, **more)
    return settled(lambda: sagemaker.describe_image_version(ImageName=name), "ImageVersionStatus")


def refusal(call: Callable[..., Any], **params: Any) -> tuple[str, str]:
    """The code and the message of the error that the call raises."""
    with pytest.raises((AwsError, ClientError)) as caught:
        call(**params)
    if isinstance(caught.value, AwsError):
        return caught.value.code, caught.value.message
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def refused(code: str, words: str, call: Callable[..., Any], **params: Any) -> None:
    """Assert that the call raises an error with this code and with these words in its message."""
    found, message = refusal(call, **params)
    assert found == code, message
    assert words in message


def refused_once(call: Callable[..., Any], **params: Any) -> tuple[str, int]:
    """The code and the HTTP status of the error that the call raises, without a retry."""
    with pytest.raises(ClientError) as caught:
        call(**params)
    answer = caught.value.response
    assert answer["ResponseMetadata"]["RetryAttempts"] == 0
    return answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]


def code_of(call: Callable[..., Any], **params: Any) -> str:
    """The code of the error that the call raises; "" if it raises none."""
    try:
        call(**params)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return ""
