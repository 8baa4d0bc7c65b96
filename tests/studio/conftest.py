"""Two Studios, a clock, and an environment in which boto3 reaches the emulator."""

import copy
import http.server
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import boto3
import pytest
from botocore.session import Session

from settings import Settings
from studio.aws import client as aws_client
from studio.aws import waiting
from studio.aws.botocore_session import open_session
from studio.images.versions import record
from studio_emulator.server import Emulator
from studio_emulator.services import service_quotas
from studio_emulator.state import Saved
from tests.studio.account import REGION, Studio, client
from tests.studio.clock import Clock
from tests.studio.deployed import Deployed, resource
from tests.studio.deployed_studio import DeployedStudio
from tests.studio.hostile import Answering
from tests.studio.network_team import ALL, TeamVpc

SPEED = 20_000
Made = TypeVar("Made")
TWO_USERS = Settings.model_validate({"users": {"alice": {}, "bob": {"connect": "ssh-helper"}}})

# One session for all tests: it reads a service's model, which is megabytes, once.
_KEYS = {"aws_access_key_id": "emulated", "aws_secret_access_key": "emulated"}


def _lasting(make: Callable[..., Any]) -> Callable[..., Any]:
    """Make one client for the same arguments and environment."""
    made = dict[object, Any]()

    def client(service: str, **chosen: Any) -> Any:
        variables = [(name, os.environ[name]) for name in sorted(os.environ) if "AWS" in name]
        wanted = (service, *sorted(chosen.items()), *variables)
        if wanted not in made:
            made[wanted] = make(service, **chosen)
        return made[wanted]

    return client


@cache
def product_session() -> Session:
    session = open_session()
    session.set_credentials(*_KEYS.values())
    session.create_client = _lasting(session.create_client)
    return session


@cache
def plain_session() -> boto3.Session:
    session = boto3.Session(**_KEYS)
    session.client = _lasting(session.client)
    return session


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of `waiting`."""
    clock = Clock()
    monkeypatch.setattr(waiting, "time", clock)
    monkeypatch.setattr(waiting, "interrupts", clock)
    return clock


_MADE = dict[str, tuple[Any, Saved]]()


def once(aws: Emulator, name: str, make: Callable[[], Made]) -> Made:
    """What was made and the account in which it was, which is made once and then restored."""
    if name not in _MADE:
        _MADE[name] = make(), aws.save()
    else:
        aws.restore(_MADE[name][1])
    made: Made = _MADE[name][0]
    return made


@pytest.fixture
def entered(aws: Emulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Emulator:
    """The emulator that this process's boto3 talks to, with an empty account."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in aws.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("STUDIO_VERSIONS", str(tmp_path / "studio.versions.toml"))
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", plain_session())
    monkeypatch.setattr(aws_client, "default_session", product_session)
    aws.options.update({"speed": SPEED})
    return aws


@pytest.fixture
def new_session(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment's credentials are looked for anew."""
    monkeypatch.setattr(aws_client, "default_session", cache(open_session))


@pytest.fixture
def deployed_studio(entered: Emulator, monkeypatch: pytest.MonkeyPatch) -> DeployedStudio:
    """Everything of two users deployed, nothing started; one page of quotas."""
    quotas = [quota for quota in service_quotas._names_of_apps() if " ml.t3." in quota[1]]
    monkeypatch.setattr(service_quotas, "_names_of_apps", lambda: quotas)

    def make() -> tuple[DeployedStudio, str]:
        made = DeployedStudio(entered, TWO_USERS)
        record.refresh(TWO_USERS)
        return made, Path(os.environ["STUDIO_VERSIONS"]).read_text()

    made, versions = once(entered, "deployed_studio", make)
    Path(os.environ["STUDIO_VERSIONS"]).write_text(versions)
    return copy.copy(made)


@pytest.fixture
def team_vpc(entered: Emulator) -> TeamVpc:
    """The VPC of a network team, with every endpoint."""
    made = once(entered, "team_vpc", lambda: TeamVpc.create(client(entered, "ec2"), existing=ALL))
    return replace(made, endpoints=dict(made.endpoints))


@pytest.fixture
def ours(entered: Emulator) -> Studio:
    return once(entered, "ours", lambda: Studio.create(entered, "ours", "10.0"))


@pytest.fixture
def theirs(ours: Studio) -> Studio:
    """Another team's, in which somebody works."""

    def make() -> Studio:
        it = Studio.create(ours.aws, "theirs", "10.1")
        it.user("alice")
        it.space("alice", "alice")
        it.node("alice")
        return it

    return once(ours.aws, "theirs", make)


def _beside(request: pytest.FixtureRequest, *others: str) -> str:
    """Request the fixtures that the test also uses; returns their names, for the saved account."""
    wanted = [name for name in others if name in request.fixturenames]
    for name in wanted:
        request.getfixturevalue(name)
    return "".join(f"{name}, " for name in wanted)


@pytest.fixture
def in_use(request: pytest.FixtureRequest, ours: Studio) -> Studio:
    """Our Studio with a user profile and a space of alice."""

    def make() -> None:
        ours.user("alice")
        ours.space("alice", "alice")

    once(ours.aws, f"{_beside(request, 'theirs')}in use", make)
    return ours


@pytest.fixture
def deployed(request: pytest.FixtureRequest, ours: Studio, tmp_path: Path) -> Deployed:
    """Our studio as Terraform knows it: two endpoints in two zones, a repository."""

    def make() -> list[str]:
        client(ours.aws, "ecr").create_repository(repositoryName="ours/slim")
        return [
            client(ours.aws, "ec2").create_vpc_endpoint(
                VpcId=ours.vpc_id,
                ServiceName=f"com.amazonaws.{REGION}.{service}",
                VpcEndpointType="Interface",
                SubnetIds=ours.subnet_ids,
                PrivateDnsEnabled=False,
            )["VpcEndpoint"]["VpcEndpointId"]
            for service in ("sts", "logs")
        ]

    endpoints = once(ours.aws, f"{_beside(request, 'theirs', 'in_use')}deployed", make)
    state = {
        "network": [
            resource("aws_vpc", id=ours.vpc_id),
            *(
                resource("aws_vpc_endpoint", id=id_, vpc_endpoint_type="Interface")
                for id_ in endpoints
            ),
        ],
        "ecr": [resource("aws_ecr_repository", id="ours/slim")],
        "domain": [resource("aws_sagemaker_domain", id=ours.domain_id)],
        "users": [resource("aws_security_group", id="sg-1")],
    }
    return Deployed(out=tmp_path, state=state)


@pytest.fixture(scope="module")
def server() -> Iterator[http.server.ThreadingHTTPServer]:
    serving = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    thread = threading.Thread(target=serving.serve_forever, daemon=True)
    thread.start()
    yield serving
    serving.shutdown()
    thread.join()
    serving.server_close()
