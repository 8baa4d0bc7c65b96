"""Roles and container images that the emulator's tests set up."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from studio_emulator.server import Emulator

ACCOUNT = "123456789012"
REGION = "us-east-1"
READ_IMAGES = {
    "Effect": "Allow",
    "Action": [
        "ecr:GetAuthorizationToken",
        "ecr:BatchGetImage",
        "ecr:GetDownloadUrlForLayer",
    ],
    "Resource": "*",
}


def document(*statements: dict[str, Any]) -> str:
    """A policy in JSON."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def trust(service: str = "sagemaker.amazonaws.com", **more: Any) -> dict[str, Any]:
    """A trust statement for a service."""
    principal = {"Service": service}
    return {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", **more}


def make_role(
    aws: Emulator,
    name: str,
    *allowed: dict[str, Any],
    trusts: dict[str, Any] | None = None,
) -> str:
    """The ARN of a new role with these statements."""
    iam = aws.client("iam")
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document(trusts or trust()))
    if allowed:
        iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=document(*allowed))
    return str(role["Role"]["Arn"])


def push(aws: Emulator, name: str, tag: str = "v1", *, architecture: str = "amd64") -> str:
    """`REPOSITORY_URI:TAG` of an image of that architecture, in a repository made on demand."""
    # Moto takes seconds to import, which tests that push nothing do not have to wait for.
    from studio_emulator.moto_internals import get_backend
    from studio_emulator.registry.blobs import BLOBS
    from studio_emulator.registry.images import put_manifest

    ecr = get_backend("ecr")[ACCOUNT][REGION]
    if name not in ecr.repositories:
        aws.client("ecr").create_repository(repositoryName=name)
    repository = ecr.repositories[name]
    blobs = [
        json.dumps({"architecture": architecture, "os": "linux", "tag": tag}).encode(),
        b"a layer",
    ]
    described = []
    for blob in blobs:
        upload = BLOBS.begin(repository)
        upload.append([blob])
        BLOBS.finish(upload, upload.digest)
        described.append({"mediaType": "x/y", "size": len(blob), "digest": upload.digest})
    kind = "application/vnd.oci.image.manifest.v1+json"
    manifest = {
        "schemaVersion": 2,
        "mediaType": kind,
        "config": described[0],
        "layers": described[1:],
    }
    put_manifest(repository, json.dumps(manifest).encode(), kind, tag=tag)
    return f"{repository.uri}:{tag}"


def settled(describe: Callable[[], dict[str, Any]], status: str) -> dict[str, Any]:
    """The answer of `describe` once its `status` member is no -ING any more."""
    for _ in range(200):
        answer = describe()
        if not answer[status].endswith("ING"):
            return answer
        time.sleep(0.02)
    raise AssertionError(f"{answer[status]} after 4 s")


def refusal(call: Callable[..., Any], **params: Any) -> tuple[str, str]:
    """The code and the message of the error that the call answers."""
    with pytest.raises(ClientError) as caught:
        call(**params)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]
