"""Sessions of a pipeline's roles on an emulated AWS, with the policies of examples/."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache
from typing import Any

import boto3
import pytest

from studio.aws import client
from studio.aws.botocore_session import open_session
from studio_emulator.server import Emulator

REGION = "us-east-1"
_VALUES = {
    "ACCOUNT": "123456789012",
    "REGION": REGION,
    "STATE_BUCKET": "team-state",
    "STATE_PREFIX": "studio",
}


def pipeline_session(
    url: str, *policies: Callable[[], str], name: str = "studio"
) -> dict[str, str]:
    """The environment variables of a session of a new role with these policies."""
    keys = {"aws_access_key_id": "emulated", "aws_secret_access_key": "emulated"}
    iam = boto3.client("iam", endpoint_url=url, region_name=REGION, **keys)
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "*"}}
    role = iam.create_role(
        RoleName=f"pipeline-{policies[-1].__name__}",
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
    )["Role"]
    for policy in policies:
        document = policy()
        for placeholder, value in {**_VALUES, "NAME": name}.items():
            document = re.sub(rf"\b{placeholder}\b", value, document)
        iam.put_role_policy(
            RoleName=role["RoleName"], PolicyName=policy.__name__, PolicyDocument=document
        )
    session = _assumed(url, iam, role["RoleName"], role["Arn"])
    return {
        "AWS_ACCESS_KEY_ID": session["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": session["SecretAccessKey"],
        "AWS_SESSION_TOKEN": session["SessionToken"],
    }


def enter_pipeline(
    monkeypatch: pytest.MonkeyPatch,
    aws: Emulator,
    *policies: Callable[[], str],
    name: str = "studio",
) -> None:
    """Calls of this process have a role session with these policies."""
    session = pipeline_session(aws.endpoint_url, *policies, name=name)
    for variable, value in (aws.environment() | session).items():
        monkeypatch.setenv(variable, value)
    monkeypatch.setattr(client, "default_session", cache(open_session))


def _assumed(url: str, iam: Any, user: str, role: str) -> dict[str, str]:
    """The credentials of a role session of a new user. The root user cannot assume a role."""
    allowed = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    iam.create_user(UserName=user)
    iam.put_user_policy(UserName=user, PolicyName="assume", PolicyDocument=document)
    key = iam.create_access_key(UserName=user)["AccessKey"]
    sts = boto3.client(
        "sts",
        endpoint_url=url,
        region_name=REGION,
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
    )
    session: dict[str, str] = sts.assume_role(RoleArn=role, RoleSessionName="pipeline")[
        "Credentials"
    ]
    return session
