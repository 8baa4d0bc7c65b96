"""Profiles, credentials, MFA codes, and the models of ssh's session."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from botocore.session import Session

from studio.aws import botocore_session
from studio.aws.botocore_session import load_start_session_only, open_session
from studio.aws.client import Aws
from tests.commands import output_of
from tests.studio.hostile import Answering

MFA = """
[profile me]
role_arn = arn:aws:iam::123456789012:role/x
source_profile = keys
mfa_serial = arn:aws:iam::123456789012:mfa/alice
[profile keys]
aws_access_key_id = a
aws_secret_access_key = b
"""


@pytest.fixture(autouse=True)
def profiles(alone: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:  # noqa: ARG001
    (tmp_path / "config").write_text(MFA)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))


@pytest.mark.parametrize(
    ("damage", "codes"), [(None, 1), ("{", 3), ("{}", 3), ("no folder", 3)], ids=str
)
def test_an_mfa_code_is_asked_once_for_all_processes(
    answering: type[Answering],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    damage: str | None,
    codes: int,
) -> None:
    """AWS accepts a code once, and each connection of ssh is a process of its own."""
    cache = tmp_path / ".aws" / "cli" / "cache"
    if damage == "no folder":
        cache.parent.mkdir(parents=True)
        cache.touch()
    answering.content = b"""<Response>
        <AssumeRoleResult><Credentials>
            <AccessKeyId>a</AccessKeyId><SecretAccessKey>b</SecretAccessKey>
            <SessionToken>c</SessionToken><Expiration>2999-01-01T00:00:00Z</Expiration>
        </Credentials></AssumeRoleResult>
        <GetCallerIdentityResult><Account>123456789012</Account></GetCallerIdentityResult>
    </Response>"""
    prompts: list[str] = []

    def answer(prompt: str) -> str:
        prompts.append(prompt)
        return "123456"

    monkeypatch.setenv("AWS_PROFILE", "me")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setattr(botocore_session, "_has_terminal", lambda: False)
    monkeypatch.setattr(botocore_session, "_refuse_prompt", answer)
    monkeypatch.setenv("HOME", str(tmp_path))
    for _ in range(3):
        botocore_session.default_session.cache_clear()
        for region in ("us-east-1", "eu-west-1"):
            assert Aws(region).account() == "123456789012"
        for file in cache.glob("*.json"):
            assert file.stat().st_mode & 0o077 == 0
            if damage:
                file.write_text(damage)
    botocore_session.default_session.cache_clear()
    assert len(prompts) == codes


def test_the_profile_comes_from_the_environment_or_the_caller(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert Aws("us-east-1", session=open_session()).profile is None
    assert Aws("us-east-1", session=open_session("keys")).profile == "keys"
    monkeypatch.setenv("AWS_PROFILE", "me")
    assert Aws("us-east-1", session=open_session()).profile == "me"
    monkeypatch.setenv("AWS_PROFILE", "")
    assert Aws("us-east-1", session=open_session()).profile is None
    assert os.environ["AWS_PROFILE"] == ""


def without_documentation(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: without_documentation(v) for k, v in value.items() if k != "documentation"}
    return value


@pytest.mark.parametrize("service", ["sagemaker", "ssm"])
def test_a_model_is_a_part_of_botocores_model(service: str) -> None:
    [file] = (botocore_session._START_SESSION_MODELS / service).glob("*/service-2.json")
    own = json.loads(file.read_text())
    whole = Session().get_service_model(service)._service_description
    assert own["metadata"] == whole["metadata"]
    for part in ("operations", "shapes"):
        for name, description in own[part].items():
            assert description == without_documentation(whole[part][name]), name


def test_only_sagemaker_and_ssm_have_limited_models() -> None:
    limited = Session()
    load_start_session_only(limited)
    made = limited.create_client("sts", region_name="us-east-1")
    assert "AssumeRole" in made.meta.service_model.operation_names
    made = limited.create_client("ssm", region_name="us-east-1")
    assert made.meta.service_model.operation_names == ["StartSession"]


def test_the_session_proxy_imports_no_slow_modules() -> None:
    program = (
        "import sys, scripts.session_proxy; "
        "print(sorted({'boto3', 'pydantic', 'psutil', 'rich', 'asyncio'} & set(sys.modules)))"
    )
    assert output_of([sys.executable, "-c", program], env=os.environ) == "[]\n"
