"""An emulated Studio with a real sshd in each user's app, and a client machine for each user."""

from contextlib import ExitStack
from pathlib import Path
from typing import Self

from studio.connect import key_pair
from studio_emulator.server import Emulator
from tests.e2e.client_machine import ClientMachine
from tests.e2e.small_studio import SmallStudio
from tests.e2e.sshd import Sshd

SETTINGS = """\
name = "team"
[users.alice]
space.image = "SageMaker"
[users.bob]
connect = "ssh-helper"
"""
PROFILE = "me"


class ConnectedStudio:
    """Two users: alice connects with native remote access, bob through a hybrid node (NodeAgent).

    alice has credentials in the environment, bob in a profile. sshd: by user, of the app. clients:
    by user, the machine, before `studio connect`.
    """

    def __init__(self, folder: Path, aws: Emulator) -> None:
        self.folder = folder
        self.aws = aws
        self.config = folder / "studio.toml"
        self._running = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as running:
            self.studio = SmallStudio(self.aws, "alice", "bob")
            self.config.write_text(SETTINGS)
            self.sshd = {
                user: running.enter_context(Sshd(self.folder / f"app-of-{user}"))
                for user in ("alice", "bob")
            }
            self.clients = {user: self._client(user) for user in self.sshd}
            # Unlike SageMaker's server, this sshd needs a key.
            self.sshd["alice"].authorize(key_pair.ensure(self.clients["alice"].paths))
            self._serve()
            self._running = running.pop_all()
        return self

    def __exit__(self, *_error: object) -> None:
        self._running.close()

    def new_container(self) -> None:
        """Start an sshd with another host key in alice's app, as each start of the app does."""
        sshd = self.sshd["alice"]
        sshd.stop()
        (sshd.authorized_keys.parent / "host_key").unlink()
        sshd.start()
        self._serve()

    def _serve(self) -> None:
        arn = self.studio.space_arn("alice")
        self.sshd["alice"].serve_space(self.aws.endpoint_url, arn)

    def _client(self, user: str) -> ClientMachine:
        credentials = self.studio.credentials(user)
        variables = {"STUDIO_CONFIG": str(self.config), **self.aws.environment(), **credentials}
        if user != "alice":
            profiles = self.folder / f"profiles of {user}"
            lines = [f"{name.lower()} = {value}" for name, value in credentials.items()]
            profiles.write_text("\n".join([f"[profile {PROFILE}]", *lines]))
            for name in (*credentials, "AWS_SESSION_TOKEN"):
                del variables[name]
            variables |= {"AWS_CONFIG_FILE": str(profiles), "AWS_PROFILE": PROFILE}
        return ClientMachine(
            home=self.folder / f"home of {user}",
            user=user,
            login=self.sshd[user].user,
            variables=variables,
        )
