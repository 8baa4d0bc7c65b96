"""Sessions of a pipeline's roles on an emulated AWS, with the policies of examples/."""

import json
import re
from functools import cache
from typing import Any

import boto3
import pytest

from studio.aws import client
from studio.aws.botocore_session import open_session
from studio_emulator.server import Emulator
from tools.pipeline_policies import FILES, policy

REGION = "us-east-1"
_VALUES = {
    "ACCOUNT": "123456789012",
    "REGION": REGION,
    "STATE_BUCKET": "team-state",
    "STATE_PREFIX": "studio",
}


def pipeline_session(url: str, *files: str, name: str = "studio") -> dict[str, str]:
    """The environment variables of a session of a new role with the policies of these files."""
    keys = {"aws_access_key_id": "emulated", "aws_secret_access_key": "emulated"}
    iam = boto3.client("iam", endpoint_url=url, region_name=REGION, **keys)
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "*"}}
    role = iam.create_role(
        RoleName=f"pipeline-{files[-1]}",
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
    )["Role"]
    for file in files:
        document = policy(FILES[file]())
        for placeholder, value in {**_VALUES, "NAME": name}.items():
            document = re.sub(rf"\b{placeholder}\b", value, document)
        created = iam.create_policy(
            PolicyName=f"{role['RoleName']}-{file}", PolicyDocument=document
        )
        iam.attach_role_policy(RoleName=role["RoleName"], PolicyArn=created["Policy"]["Arn"])
    session = _assumed(url, iam, role["RoleName"], role["Arn"])
    return {
        "AWS_ACCESS_KEY_ID": session["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": session["SecretAccessKey"],
        "AWS_SESSION_TOKEN": session["SessionToken"],
    }


def enter_pipeline(
    monkeypatch: pytest.MonkeyPatch, aws: Emulator, *files: str, name: str = "studio"
) -> None:
    """Calls of this process have a role session with the policies of these files."""
    session = pipeline_session(aws.endpoint_url, *files, name=name)
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
