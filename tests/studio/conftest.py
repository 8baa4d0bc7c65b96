"""Two Studios, and an environment in which boto3 reaches the emulator."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio_emulator.server import Emulator
from tests.studio.account import REGION, Studio, client
from tests.studio.deployed import Deployed, resource


@pytest.fixture
def ours(aws: Emulator, monkeypatch: pytest.MonkeyPatch) -> Studio:
    for name, value in aws.environment().items():
        monkeypatch.setenv(name, value)
    return Studio.create(aws, "ours", "10.0")


@pytest.fixture
def theirs(ours: Studio) -> Studio:
    """Another team's, in which somebody works."""
    it = Studio.create(ours.aws, "theirs", "10.1")
    it.user("alice")
    it.space("alice", "alice")
    it.node("alice")
    return it


@pytest.fixture
def deployed(ours: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Deployed:
    """Our studio as Terraform knows it: two endpoints in two zones, a repository."""
    monkeypatch.setenv("STUDIO_VERSIONS", str(tmp_path / "versions.toml"))
    client(ours.aws, "ecr").create_repository(repositoryName="ours/slim")
    endpoints = [
        client(ours.aws, "ec2").create_vpc_endpoint(
            VpcId=ours.vpc_id,
            ServiceName=f"com.amazonaws.{REGION}.{service}",
            VpcEndpointType="Interface",
            SubnetIds=ours.subnet_ids,
            PrivateDnsEnabled=False,
        )["VpcEndpoint"]["VpcEndpointId"]
        for service in ("sts", "logs")
    ]
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
    return Deployed(out=tmp_path, report=lambda _: None, state=state)
