"""Sessions of a pipeline's roles on an emulated AWS, with the policies of examples/."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import boto3

REGION = "us-east-1"
_VALUES = {
    "ACCOUNT": "123456789012",
    "REGION": REGION,
    "NAME": "studio",
    "STATE_BUCKET": "team-state",
    "STATE_PREFIX": "studio",
}


def pipeline_session(url: str, *policies: Callable[[], str]) -> dict[str, str]:
    """The environment of a session of a new role with these policies, for a deployment `studio`."""
    keys = {"aws_access_key_id": "emulated", "aws_secret_access_key": "emulated"}
    iam, sts = (
        boto3.client(name, endpoint_url=url, region_name=REGION, **keys) for name in ("iam", "sts")
    )
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "*"}}
    role = iam.create_role(
        RoleName=f"pipeline-{policies[-1].__name__}",
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
    )["Role"]
    for policy in policies:
        document = policy()
        for name, value in _VALUES.items():
            document = re.sub(rf"\b{name}\b", value, document)
        iam.put_role_policy(
            RoleName=role["RoleName"], PolicyName=policy.__name__, PolicyDocument=document
        )
    session = sts.assume_role(RoleArn=role["Arn"], RoleSessionName="pipeline")["Credentials"]
    return {
        "AWS_ACCESS_KEY_ID": session["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": session["SecretAccessKey"],
        "AWS_SESSION_TOKEN": session["SessionToken"],
    }
