"""Fixtures: clients of users with few permissions; the permissions that a request requires."""

from collections.abc import Iterable
from typing import Any

import pytest

from studio_emulator.authorization.permissions import Permission
from studio_emulator.call import Call
from studio_emulator.clock import Clock
from studio_emulator.server import Emulator
from studio_emulator.state import Saved
from tests.conftest import new_account
from tests.e2e.small_studio import SmallStudio
from tests.emulator.samples import ACCOUNT, REGION, client_with


class People:
    """Alice, who has only her deployed client policy, and bob."""

    def __init__(self, aws: Emulator) -> None:
        self.aws = aws
        self.studio = SmallStudio(aws, "alice", "bob")
        self._clients: dict[str, Any] = {}
        key_id = self.studio.credentials("alice")["AWS_ACCESS_KEY_ID"]
        self._key = {"AccessKeyId": key_id, "SecretAccessKey": "secret"}

    def client(self, service: str) -> Any:
        """A client of alice."""
        if service not in self._clients:
            self._clients[service] = client_with(self.aws, service, self._key)
        return self._clients[service]


def required(operation: str, permissions: Iterable[Permission], call: Call) -> list[str]:
    """`ACTION RESOURCE` of each permission, or RESOURCE for the action of the operation itself.

    The ARNs of the account have no beginning: `document/team`.
    """
    found = []
    for each in permissions:
        service, _, action = each.action.partition(":")
        region = "" if service == "iam" else call.region
        resource = each.resources[0].removeprefix(f"arn:aws:{service}:{region}:{ACCOUNT}:")
        found.append(resource if action == operation else f"{each.action} {resource}")
    return found


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
