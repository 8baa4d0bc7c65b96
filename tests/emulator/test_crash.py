"""The fault `die` kills the emulator, which continues with all resources."""

from pathlib import Path

import boto3
import psutil
import pytest
from botocore.exceptions import BotoCoreError

from studio.lifecycle import emulated
from tests.emulator.runtime.running import gone
from tests.emulator.sessions.channels import eventually
from tests.emulator.test_faults import ONCE, REPEATING


@pytest.mark.slow
def test_fault_die_keeps_all_resources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with emulated.aws(log=tmp_path / "log", speed=1000, region="us-east-1") as aws:
        for name, value in aws.environment.items():
            monkeypatch.setenv(name, value)
        session = boto3.session.Session(region_name="us-east-1")
        ec2, hasty = (session.client("ec2", config=config) for config in (REPEATING, ONCE))
        s3 = session.client("s3", config=REPEATING)
        s3.create_bucket(Bucket="one")
        s3.put_object(Bucket="one", Key="large", Body=b"x" * 10**7)
        fault = {"kind": "die", "operation": "CreateVpc", "skip": 1, "times": 2, "seconds": 0.2}
        aws.ask("faults", {"faults": [fault]})
        first = psutil.Process(aws.ask("health")["pid"])
        ec2.create_vpc(CidrBlock="10.0.0.0/16")
        with pytest.raises(BotoCoreError):
            hasty.create_vpc(CidrBlock="10.1.0.0/16")
        ec2.create_vpc(CidrBlock="10.2.0.0/16")
        assert len(aws.ask("faults")["injected"]) == 2
        made = ec2.describe_vpcs()["Vpcs"]
        assert [vpc["CidrBlock"] for vpc in made if not vpc["IsDefault"]] == [
            "10.0.0.0/16",
            "10.2.0.0/16",
        ]
        assert s3.get_object(Bucket="one", Key="large")["Body"].read() == b"x" * 10**7
        last = psutil.Process(aws.ask("health")["pid"])
        assert gone(first)
        assert not gone(last)
    assert eventually(lambda: gone(last))
