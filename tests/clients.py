"""Clients of boto3 by environment variables, and new identities with access keys."""

from collections.abc import Mapping
from typing import Any

import boto3


def client(service: str, variables: Mapping[str, str]) -> Any:
    """A client with the endpoint, the region and the credentials of these variables."""
    # In contrast to boto3.client, threads can use it at the same time.
    return boto3.Session().client(
        service,
        endpoint_url=variables["AWS_ENDPOINT_URL"],
        region_name=variables["AWS_REGION"],
        aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
    )


def new_user(iam: Any, name: str, policy: str) -> dict[str, str]:
    """The variables of a new IAM user that has only this policy."""
    iam.create_user(UserName=name)
    iam.attach_user_policy(UserName=name, PolicyArn=policy)
    return key_variables(iam.create_access_key(UserName=name)["AccessKey"])


def key_variables(key: Mapping[str, str]) -> dict[str, str]:
    """The variables of an access key, as IAM and STS return it."""
    return {
        "AWS_ACCESS_KEY_ID": key["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"],
    }
