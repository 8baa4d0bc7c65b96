"""The users of the demo: one works in an app, the other is refused access to it."""

import json
import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from settings import Settings
from studio.aws.client import Aws
from studio.connect.ssh_config import SshPaths
from studio.console.reports import Report
from studio.errors import StepFailed
from studio.processes import children

_SECONDS = 180.0
_REFUSED = "not authorized to perform: sagemaker:StartSession"
_KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")


@dataclass(frozen=True, kw_only=True)
class People:
    """Users who each have an AWS identity with the client policy alone.

    profiles: the AWS configuration file with a profile for each. home: the home directory in which
    `studio connect` writes. out: the deployment's cdktf.out.
    """

    settings: Settings
    profiles: Path
    home: Path
    out: Path
    show: Report

    def paths(self, user: str) -> SshPaths:
        return SshPaths(deployment=self.settings.name, user=user, home=self.home)

    def connect(self, user: str) -> None:
        """Run `studio connect`. Raises StepFailed."""
        self.show(f"$ studio connect {user}")
        command = [sys.executable, "-P", "-m", "scripts.cli", "--config", str(self.settings.file)]
        arguments = ["connect", user, "--out", str(self.out)]
        code = children.run([*command, *arguments], env=self._environment(user))
        if code:
            raise StepFailed(f"`studio connect {user}` ended with exit code {code}")

    def work(self, user: str) -> None:
        """Run a command in the user's app, copy a file there and back. Raises StepFailed."""
        host = self.paths(user).host
        self.show(self._printed(user, "ssh", host, "id; pwd"))
        with tempfile.TemporaryDirectory() as folder:
            sent, back = Path(folder, "file"), Path(folder, "back")
            sent.write_bytes(os.urandom(1_000_000))
            self._printed(user, "scp", "-q", str(sent), f"{host}:file")
            self._printed(user, "scp", "-q", f"{host}:file", str(back))
            if back.read_bytes() != sent.read_bytes():
                raise StepFailed(f"the file copied back from {host} differs")
        self.show("1 MB copied there and back, unchanged")

    def refuse(self, other: str, *, owner: str) -> None:
        """Show that another user is refused at the owner's space. Raises StepFailed."""
        host = self.paths(owner).host
        finished = self._run(other, ["ssh", host, "id"], configuration_of=owner)
        lines = [line for line in finished.stderr.splitlines() if _REFUSED in line]
        if finished.returncode == 0 or not lines:
            raise StepFailed(
                f"{other} was not refused at the space of {owner}: {finished.stdout}"
                f"{finished.stderr}"
            )
        self.show(f"{other} is refused at the space of {owner}: {lines[0]}")

    def commands(self, user: str) -> Iterator[str]:
        """The command that opens a shell in the user's app, and the one that opens VS Code."""
        host = self.paths(user).host
        prefix = [f"AWS_CONFIG_FILE={self.profiles}", f"AWS_PROFILE={user}"]
        yield shlex.join([*prefix, "ssh", "-F", str(self.paths(user).config), host])
        folder = self.home / "code"
        settings = folder / "User" / "settings.json"
        settings.parent.mkdir(parents=True, exist_ok=True)
        settings.write_text(
            json.dumps(
                {
                    "remote.SSH.configFile": str(self.paths(user).config),
                    "remote.SSH.connectTimeout": 120,
                }
            )
        )
        window = ["code", "--user-data-dir", str(folder), "--remote", f"ssh-remote+{host}"]
        yield shlex.join([*prefix, *window])

    def _printed(self, user: str, *command: str) -> str:
        finished = self._run(user, command, configuration_of=user)
        if finished.returncode:
            raise StepFailed(f"`{shlex.join(command)}` failed: {finished.stderr.strip()}")
        return finished.stdout.rstrip("\n")

    def _run(
        self, user: str, command: Sequence[str], *, configuration_of: str
    ) -> subprocess.CompletedProcess[str]:
        self.show(f"{user}$ {shlex.join(command)}")
        program, *words = command
        configuration = str(self.paths(configuration_of).config)
        return children.captured(
            [program, "-F", configuration, *words], env=self._environment(user), seconds=_SECONDS
        )

    def _environment(self, user: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in _KEYS}
        return kept | {
            "AWS_CONFIG_FILE": str(self.profiles),
            "AWS_PROFILE": user,
            "HOME": str(self.home),
        }


@contextmanager
def people(
    settings: Settings,
    *,
    policies: Mapping[str, str],
    folder: Path,
    out: Path,
    url: str,
    show: Report,
) -> Iterator[People]:
    """Create an IAM user for each user, and delete it afterwards.

    policies: the ARN of each user's client policy. folder: of their files. url: of the emulator.
    Raises UserError.
    """
    iam = Aws(settings.region).client("iam")
    home = folder / "home"
    home.mkdir()
    profiles = folder / "aws.config"
    keys: dict[str, dict[str, str]] = {}
    for user, policy in policies.items():
        iam.create_user(UserName=user)
        iam.attach_user_policy(UserName=user, PolicyArn=policy)
        keys[user] = iam.create_access_key(UserName=user)["AccessKey"]
    profiles.write_text(
        "".join(
            f"[profile {user}]\naws_access_key_id = {key['AccessKeyId']}\n"
            f"aws_secret_access_key = {key['SecretAccessKey']}\n"
            f"region = {settings.region}\nendpoint_url = {url}\n"
            for user, key in keys.items()
        )
    )
    yield People(settings=settings, profiles=profiles, home=home, out=out, show=show)
    for user, key in keys.items():
        iam.delete_access_key(UserName=user, AccessKeyId=key["AccessKeyId"])
        iam.detach_user_policy(UserName=user, PolicyArn=policies[user])
        iam.delete_user(UserName=user)
