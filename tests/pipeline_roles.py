"""Sessions of a pipeline's roles on an emulated AWS, with the policies of examples/."""

import re
from collections.abc import Mapping
from functools import cache

import pytest

from studio.aws import client as product_client
from studio.aws.botocore_session import open_session
from studio_emulator.server import Emulator
from tests.clients import client, key_variables
from tests.emulator.samples import document
from tools.pipeline_policies import FILES, policy

REGION = "us-east-1"
_VALUES = {
    "ACCOUNT": "123456789012",
    "REGION": REGION,
    "STATE_BUCKET": "team-state",
    "STATE_PREFIX": "studio",
}


def pipeline_session(
    variables: Mapping[str, str], *files: str, name: str = "studio"
) -> dict[str, str]:
    """The environment variables of a session of a new role with the policies of these files.

    variables: of the emulated AWS.
    """
    iam = client("iam", variables)
    assume = {"Effect": "Allow", "Action": "sts:AssumeRole"}
    role = iam.create_role(
        RoleName=f"pipeline-{files[-1]}",
        AssumeRolePolicyDocument=document({**assume, "Principal": {"AWS": "*"}}),
    )["Role"]
    for file in files:
        text = policy(FILES[file]())
        for placeholder, value in {**_VALUES, "NAME": name}.items():
            text = re.sub(rf"\b{placeholder}\b", value, text)
        created = iam.create_policy(PolicyName=f"{role['RoleName']}-{file}", PolicyDocument=text)
        iam.attach_role_policy(RoleName=role["RoleName"], PolicyArn=created["Policy"]["Arn"])
    # The root user cannot assume a role.
    user = {"UserName": role["RoleName"]}
    iam.create_user(**user)
    allowed = document({**assume, "Resource": "*"})
    iam.put_user_policy(**user, PolicyName="assume", PolicyDocument=allowed)
    key = key_variables(iam.create_access_key(**user)["AccessKey"])
    sts = client("sts", {**variables, **key})
    session = sts.assume_role(RoleArn=role["Arn"], RoleSessionName="pipeline")["Credentials"]
    return {**key_variables(session), "AWS_SESSION_TOKEN": session["SessionToken"]}


def enter_pipeline(
    monkeypatch: pytest.MonkeyPatch, aws: Emulator, *files: str, name: str = "studio"
) -> None:
    """Calls of this process have a role session with the policies of these files."""
    variables = aws.environment()
    for variable, value in (variables | pipeline_session(variables, *files, name=name)).items():
        monkeypatch.setenv(variable, value)
    monkeypatch.setattr(product_client, "default_session", cache(open_session))
