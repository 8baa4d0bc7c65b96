"""AWS's waiting times."""

import time

import pytest

from studio_emulator.clock import Clock
from studio_emulator.options import Options
from studio_emulator.server import Emulator
from tests.emulator.samples import make_role
from tests.emulator.sessions.channels import eventually


def test_status_hangs_while_the_option_is_set(aws: Emulator) -> None:
    arn = make_role(aws, "studio")
    sagemaker = aws.client("sagemaker")
    aws.options.update({"hang": ["image"]})
    sagemaker.create_image(ImageName="slim", RoleArn=arn)

    def status() -> str:
        return str(sagemaker.describe_image(ImageName="slim")["ImageStatus"])

    time.sleep(0.1)
    assert status() == "CREATING"
    aws.options.update({"hang": []})
    assert eventually(lambda: status() == "CREATED")


def test_speed_shortens_waiting_times() -> None:
    clock = Clock(Options(speed=10))
    assert clock.due(600) - clock.now() == pytest.approx(60, abs=1)
