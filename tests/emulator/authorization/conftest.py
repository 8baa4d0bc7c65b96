"""Fixtures: clients of users with few permissions."""

import pytest

from studio_emulator.call import Call
from studio_emulator.clock import Clock
from studio_emulator.server import Emulator
from studio_emulator.state import Saved
from tests.conftest import new_account
from tests.emulator.authorization.people import People
from tests.emulator.samples import ACCOUNT, REGION


@pytest.fixture(scope="session")
def saved_people(_emulator: Emulator) -> tuple[People, Saved]:
    new_account(_emulator)
    made = People(_emulator)
    return made, _emulator.save()


@pytest.fixture(scope="module")
def people(aws_of_file: Emulator, saved_people: tuple[People, Saved]) -> People:
    found, saved = saved_people
    aws_of_file.restore(saved)
    return found


@pytest.fixture
def call(aws: Emulator) -> Call:
    return Call(account=ACCOUNT, region=REGION, clock=Clock(aws.options), options=aws.options)
