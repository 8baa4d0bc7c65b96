"""Users with their deployed client policies."""

from typing import Any

from studio_emulator.server import Emulator
from tests.e2e.small_studio import SmallStudio
from tests.emulator.samples import client_with


class People:
    """Two users with only their deployed client policies."""

    def __init__(self, aws: Emulator) -> None:
        self.aws = aws
        self.studio = SmallStudio(aws, "alice", "bob")
        self._clients: dict[tuple[str, str], Any] = {}
        self._keys = {user: self.studio.credentials(user) for user in ("alice", "bob")}

    def client(self, service: Any, user: str = "alice") -> Any:
        if (service, user) not in self._clients:
            key = {
                "AccessKeyId": self._keys[user]["AWS_ACCESS_KEY_ID"],
                "SecretAccessKey": "secret",
            }
            self._clients[service, user] = client_with(self.aws, service, key)
        return self._clients[service, user]
