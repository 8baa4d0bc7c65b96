"""A user with her deployed client policy."""

from typing import Any

from studio_emulator.server import Emulator
from tests.e2e.small_studio import SmallStudio
from tests.emulator.samples import client_with


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
