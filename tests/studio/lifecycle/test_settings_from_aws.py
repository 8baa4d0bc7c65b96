"""Commands with --deployment and --region, with the permissions of the client policy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest

from catalog.permissions.iam import Account
from catalog.permissions.role_policies import client as client_statements
from scripts import cli
from settings import ConnectMethod, Feature, Settings
from settings.loading import of_deployment
from studio.aws import botocore_session
from studio.lifecycle.settings_from_aws import find_settings
from tests.emulator.samples import ACCOUNT, REGION
from tests.studio.deployed_studio import DeployedStudio

HERE = ["--deployment", "studio", "--region", REGION]
# GetCallerIdentity needs no permission. Without the other one, `stop` leaves activations behind,
# which expire within a day, and says so.
NOT_IN_THE_POLICY = {"sts:GetCallerIdentity", "ssm:DescribeActivations"}


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The IAM actions of the calls that the product makes."""
    actions: set[str] = set()
    call: Callable[..., Any] = botocore_session._Errors._make_api_call

    def recorded(client: Any, operation: str, params: Any) -> Any:
        actions.add(f"{client.meta.service_model.signing_name}:{operation}")
        return call(client, operation, params)

    monkeypatch.setattr(botocore_session._Errors, "_make_api_call", recorded)
    return actions


def found(user: str) -> Settings:
    return find_settings(of_deployment("studio", REGION), user)


def test_the_connect_method_is_that_of_the_space(deployed_studio: DeployedStudio) -> None:
    assert found("alice").connect("alice") is ConnectMethod.NATIVE
    script = boto3.client("sagemaker").create_studio_lifecycle_config(
        StudioLifecycleConfigName="ssh",
        StudioLifecycleConfigContent="c3No",
        StudioLifecycleConfigAppType="JupyterLab",
    )["StudioLifecycleConfigArn"]
    deployed_studio.update_profile(
        "bob",
        DefaultResourceSpec={"LifecycleConfigArn": script},
        LifecycleConfigArns=[script],
    )
    assert found("bob").connect("bob") is ConnectMethod.SSH_HELPER


def test_an_image_of_sagemaker_is_recognized(deployed_studio: DeployedStudio) -> None:
    assert deployed_studio.settings.space("alice").image == "slim"
    assert found("alice").space("alice").image is None


@pytest.mark.usefixtures("programs")
def test_the_client_policy_allows_all_calls_of_the_commands(
    deployed_studio: DeployedStudio,
    called: set[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for words in (["connect", "alice", "--dry-run"], ["doctor", "alice"]):
        assert cli.main([*words, *HERE]) == 0, capsys.readouterr()
    deployed_studio.start("alice")
    for words in (["status"], ["stop", "alice"]):
        assert cli.main([*words, *HERE]) == 0, capsys.readouterr()
    policy = client_statements(
        Account(partition="aws", region=REGION, id=ACCOUNT),
        user="alice",
        features={Feature.CONNECT},
    )
    allowed = {action for statement in policy for action in statement.actions}
    assert "sagemaker:DeleteApp" in called
    assert called - NOT_IN_THE_POLICY <= allowed
