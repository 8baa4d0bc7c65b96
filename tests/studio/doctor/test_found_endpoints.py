"""`network.endpoints = "create-missing"` finds and records the existing endpoints."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from catalog.endpoint_services import service_name
from settings import Settings, SettingsError, load
from studio.aws.client import Aws
from studio.doctor.found_endpoints import record_endpoints, unrecorded_endpoints
from studio.lifecycle.preflight import require_existing
from studio_emulator.server import Emulator
from tests.studio.account import REGION, client
from tests.studio.conftest import once
from tests.studio.deployed_studio import deny
from tests.studio.network_team import ALL, TeamVpc
from tests.studio.states import state_of

MISSING = tuple(service for service in ALL if service not in ("ssm", "sts"))


@pytest.fixture
def team(entered: Emulator) -> TeamVpc:
    """Two of the endpoints that the features need, and one without private DNS."""

    def make() -> TeamVpc:
        made = TeamVpc.create(client(entered, "ec2"), existing=["ssm", "sts"])
        made.add_endpoint("logs", PrivateDnsEnabled=False)
        return made

    made = once(entered, "two endpoints", make)
    return replace(made, endpoints=dict(made.endpoints))


@pytest.fixture
def file(team: TeamVpc, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A settings file in use, for a deployment into the team's VPC."""
    path = tmp_path / "vision.toml"
    path.write_text(
        'network.endpoints = "create-missing"\nimage.slim.enabled = false\n'
        f'network.vpc_id = "{team.vpc_id}"\nnetwork.subnet_ids = {json.dumps(team.subnet_ids)}\n'
        "[users.alice]\n"
    )
    monkeypatch.setenv("STUDIO_CONFIG", str(path))
    return path


def existing(settings: Settings) -> tuple[str, ...]:
    return settings.network.existing_endpoints(settings.features)


def test_existing_endpoints_are_found_and_recorded(
    file: Path, entered: Emulator, capsys: pytest.CaptureFixture[str]
) -> None:
    before = entered.inventory()
    assert existing(record_endpoints(load(), folder=file.parent)) == ("ssm", "sts")
    assert entered.inventory() == before
    assert "vision.endpoints.toml has changed: commit it" in capsys.readouterr().err
    found = load()
    assert existing(found) == ("ssm", "sts")
    assert require_existing(found, Aws(REGION), print) == ()
    record_endpoints(found, folder=file.parent)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("tagged", [True, False])
def test_the_endpoints_of_the_deployment_are_not_recorded(
    file: Path, team: TeamVpc, tagged: bool
) -> None:
    record_endpoints(load(), folder=file.parent)
    mark = [{"Key": "StudioDeployment", "Value": "studio"}]
    tags = {"TagSpecifications": [{"ResourceType": "vpc-endpoint", "Tags": mark}]} if tagged else {}
    ours = [team.add_endpoint(one, **tags) for one in MISSING if one != "logs"]
    if not tagged:
        state = state_of("aws_vpc_endpoint", *({"id": id_} for id_ in ours))
        (file.parent / "terraform.network.tfstate").write_text(state)
    assert existing(record_endpoints(load(), folder=file.parent)) == ("ssm", "sts")


def test_a_deleted_endpoint_is_reported(
    file: Path, team: TeamVpc, capsys: pytest.CaptureFixture[str]
) -> None:
    record_endpoints(load(), folder=file.parent)
    team.ec2.delete_vpc_endpoints(VpcEndpointIds=[team.endpoints["sts"]])
    found = record_endpoints(load(), folder=file.parent)
    assert existing(found) == ("ssm", "sts")
    capsys.readouterr()
    with pytest.raises(SettingsError):
        require_existing(found, Aws(REGION), print)
    (line,) = capsys.readouterr().err.splitlines()
    sts = service_name("sts", REGION)
    assert f"no endpoint for {sts}; {team.endpoints['sts']} was deleted" in line
    fix = 'or delete the line of "sts" in vision.endpoints.toml, and `studio up` creates it'
    assert fix in line
    record = file.with_name("vision.endpoints.toml")
    lines = record.read_text().splitlines(keepends=True)
    record.write_text("".join(one for one in lines if not one.startswith('"sts"')))
    found = record_endpoints(load(), folder=file.parent)
    assert existing(found) == ("ssm",)
    assert require_existing(found, Aws(REGION), print) == ()


def test_a_new_endpoint_replaces_a_deleted_one(file: Path, team: TeamVpc) -> None:
    record_endpoints(load(), folder=file.parent)
    team.ec2.delete_vpc_endpoints(VpcEndpointIds=[team.endpoints["sts"]])
    anew = team.add_endpoint("sts")
    found = record_endpoints(load(), folder=file.parent)
    assert found.network.found_endpoints["sts"] == anew
    assert require_existing(found, Aws(REGION), print) == ()


def test_without_permission_to_list_endpoints_a_record_is_needed(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        deny(patch, "ec2", "DescribeVpcEndpoints")
        with pytest.raises(SettingsError, match=r"cannot be looked up \(.*: list the services"):
            record_endpoints(load(), folder=file.parent)
    record_endpoints(load(), folder=file.parent)
    deny(monkeypatch, "ec2", "DescribeVpcEndpoints")
    assert existing(record_endpoints(load(), folder=file.parent)) == ("ssm", "sts")


def test_a_review_passes_them_to_the_synthesis_without_a_record(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with unrecorded_endpoints(load(), folder=file.parent) as (found, inputs):
        assert existing(found) == ("ssm", "sts")
        with monkeypatch.context() as synthesis:
            for name, value in inputs.items():
                synthesis.setenv(name, value)
            assert existing(load()) == ("ssm", "sts")
    with pytest.raises(SettingsError, match="no record of the endpoints"):
        existing(load())
    assert [one.name for one in file.parent.glob("*.endpoints.toml")] == []


def test_other_settings_call_no_api(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    wanted: Any = Settings()
    assert record_endpoints(wanted, folder=Path("/nowhere")) is wanted
