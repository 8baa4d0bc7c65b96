"""The credentials of the ProxyCommand."""

import hashlib
import json
from pathlib import Path

import pytest

from tests.scripts.session_proxy.conftest import (
    KEYS,
    NODE,
    SPACE,
    FakeAws,
    Run,
    program,
    refused,
)

PROFILES = """\
[profile team]
sso_session = team
sso_account_id = 123456789012
sso_role_name = studio
region = us-east-1
[sso-session team]
sso_region = us-east-1
sso_start_url = https://example.awsapps.com/start
"""
EXPIRED = {"Version": 1, "AccessKeyId": "a", "SecretAccessKey": "b", "SessionToken": "c"}
EXPIRED["Expiration"] = "2020-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("profile", "line"),
    [
        (
            f"credential_process = /bin/echo '{json.dumps(EXPIRED)}'",
            "credentials have expired, and the",
        ),
        ("credential_process = /no/such/program", "credential_process does not start: "),
        (
            "credential_process = /bin/echo none",
            "the profile's credential_process prints no JSON: ",
        ),
    ],
)
def test_a_source_without_credentials_is_one_line(
    proxy: Run, plugin: Path, profile: str, line: str
) -> None:
    config = plugin.parent / "config"
    config.write_text(f"[profile me]\n{profile}\n")
    assert line in refused(proxy(NODE, "--profile", "me", path=plugin, AWS_CONFIG_FILE=str(config)))


def test_a_profile_with_mfa_is_one_line(plugin: Path) -> None:
    config = plugin.parent / "config"
    keys = "".join(f"{name.lower()} = {value}\n" for name, value in KEYS.items())
    config.write_text(
        "[profile me]\nrole_arn = arn:aws:iam::123456789012:role/x\nsource_profile = keys\n"
        f"mfa_serial = arn:aws:iam::123456789012:mfa/alice\n[profile keys]\n{keys}"
    )
    finished = program(NODE, "--profile", "me", path=plugin, AWS_CONFIG_FILE=str(config))
    assert "the profile needs an MFA code, and there is no terminal to type it" in refused(finished)


def test_an_empty_aws_profile_is_ignored(proxy: Run, fake_aws: FakeAws, plugin: Path) -> None:
    assert proxy(NODE, aws=fake_aws, path=plugin, AWS_PROFILE="", **KEYS).returncode == 0


def test_credentials_of_identity_center_work(fake_aws: FakeAws, plugin: Path) -> None:
    config = plugin.parent / "config"
    config.write_text(PROFILES)
    token = plugin.parent / ".aws" / "sso" / "cache" / f"{hashlib.sha1(b'team').hexdigest()}.json"
    token.parent.mkdir(parents=True)
    token.write_text(json.dumps({"accessToken": "x", "expiresAt": "2099-01-01T00:00:00Z"}))
    finished = program(
        NODE, "--profile", "team", aws=fake_aws, path=plugin, AWS_CONFIG_FILE=str(config)
    )
    assert (finished.returncode, finished.stderr) == (0, "")
    assert "Credential=accessKeyId-of-sso/" in fake_aws.signed


def test_an_expired_sign_in_names_the_command(plugin: Path) -> None:
    config = plugin.parent / "config"
    config.write_text(PROFILES)
    finished = program(SPACE, "--profile", "team", path=plugin, AWS_CONFIG_FILE=str(config))
    assert "run `aws sso login --profile team`; then run `studio connect" in refused(finished)


def test_the_environment_takes_precedence_over_the_profile(
    proxy: Run, fake_aws: FakeAws, plugin: Path
) -> None:
    assert proxy(NODE, "--profile", "gone", aws=fake_aws, path=plugin, **KEYS).returncode == 0


def test_missing_credentials_are_one_line(proxy: Run, plugin: Path) -> None:
    assert "Unable to locate credentials: set AWS_PROFILE" in refused(proxy(SPACE, path=plugin))


def test_an_unknown_profile_is_one_line(proxy: Run, plugin: Path) -> None:
    finished = proxy(SPACE, "--profile", "gone", path=plugin)
    assert "The config profile (gone) could not be found" in refused(finished)
