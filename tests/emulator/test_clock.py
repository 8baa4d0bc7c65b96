"""AWS's waiting times."""

from contextlib import suppress
from typing import get_args

import pytest

from studio_emulator.clock import Clock
from studio_emulator.errors import AwsError
from studio_emulator.options import Options, Status
from studio_emulator.studio.store import store
from tests.emulator.control_plane import ROLE, ControlPlane


@pytest.mark.parametrize("kind", get_args(Status))
def test_status_hangs_while_the_option_is_set(studio: ControlPlane, kind: str) -> None:
    studio.options.update({"hang": [kind]})
    studio.image(versions=["CREATE_FAILED"])
    studio.DeleteImageVersion(ImageName="slim", Version=1)
    studio.CreateImage(ImageName="full", RoleArn=ROLE)
    with suppress(AwsError):  # the next resource requires the one that hangs
        studio.running_space()

    def hanging() -> set[str]:
        resources = store(studio.call).resources()
        return {resource.type for resource in resources if resource.pending is not None}

    studio.wait(3600)
    assert hanging() == {kind}
    studio.options.update({"hang": []})
    studio.wait(0)
    assert hanging() == set()


def test_speed_shortens_waiting_times() -> None:
    clock = Clock(Options(speed=10))
    assert clock.due(600) - clock.now() == pytest.approx(60, abs=1)
