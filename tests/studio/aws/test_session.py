"""Profiles, credentials and MFA codes."""

import os
from pathlib import Path

import pytest

from studio.aws import session
from studio.aws.client import Aws
from studio.aws.errors import CredentialsError
from studio.aws.session import open_session

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
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    (tmp_path / "config").write_text(MFA)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)


def test_a_profile_with_mfa_needs_a_terminal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(session, "_has_terminal", lambda: False)
    aws = Aws("us-east-1", session=open_session("me"))
    with pytest.raises(CredentialsError, match="the profile needs an MFA code, and there is no"):
        aws.client("sts").get_caller_identity()


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


def test_an_unknown_profile_is_refused() -> None:
    with pytest.raises(CredentialsError, match=r"The config profile \(gone\) could not be found"):
        open_session("gone")
