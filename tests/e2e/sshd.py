"""An sshd on the loopback interface, in place of the sshd in a user's app."""

import contextlib
import getpass
import json
import os
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import psutil
import pytest

HOST = "127.0.0.1"
PLUGIN = Path(__file__).parent / "plugin"
"""The folder of the stand-in for session-manager-plugin, for PATH."""

_START_SECONDS = 20
_ATTEMPTS = 5


def sshd_program() -> str:
    """The path of sshd. Skips the test if it is missing; fails it in CI."""
    found = shutil.which("sshd", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/usr/bin")
    if found and shutil.which("ssh"):
        return found
    if os.environ.get("CI") == "true":
        pytest.fail("missing: openssh-server and openssh-client")
    pytest.skip("missing: openssh-server and openssh-client")


class Sshd:
    """An sshd with its host key and authorized keys in a folder, for the user of this process.

    The target of sessions to a space or to its node. user: the login name. host_key: the public
    key, ``TYPE KEY``.
    """

    def __init__(self, folder: Path) -> None:
        self.user = getpass.getuser()
        self.authorized_keys = folder / "authorized_keys"
        self.log = folder / "sshd.log"
        self.port = 0
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    @property
    def address(self) -> str:
        return f"{HOST}:{self.port}"

    @property
    def host_key(self) -> str:
        return " ".join(Path(f"{self._host_key}.pub").read_text().split()[:2])

    @property
    def connections(self) -> list[psutil.Process]:
        """The processes of the open connections."""
        assert self._process is not None
        return psutil.Process(self._process.pid).children()

    def authorize(self, public_key: str) -> None:
        """Add an authorized key."""
        with self.authorized_keys.open("a") as keys:
            keys.write(public_key.strip() + "\n")

    def start(self) -> None:
        """Listen on a free port."""
        program = sshd_program()
        self._folder.mkdir(parents=True, exist_ok=True)
        self.authorized_keys.touch(mode=0o600)
        if not self._host_key.exists():
            new = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(self._host_key)]
            subprocess.run(new, check=True, stdin=subprocess.DEVNULL)
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(exist_ok=True)
        for _ in range(_ATTEMPTS):
            self.port = free_port()
            configuration = self._folder / "sshd_config"
            configuration.write_text(self._configuration())
            command = [program, "-D", "-f", str(configuration), "-E", str(self.log)]
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, start_new_session=True
            )
            if self._listens(self._process):
                return
        raise AssertionError(f"sshd did not start: {self.log.read_text()}")

    def stop(self) -> None:
        """Stop sshd and its connections."""
        if self._process is None:
            return
        connections = self.connections if self._process.poll() is None else []
        self._process.terminate()
        self._process.wait()
        for connection in connections:
            with contextlib.suppress(psutil.NoSuchProcess):
                connection.terminate()
        self._process = None

    def serve_space(self, endpoint_url: str, space_arn: str) -> None:
        """Accept the sessions of SageMaker's remote access to a space."""
        tell(endpoint_url, "sshd", {"target": space_arn, "address": self.address})

    def register(
        self, ssm: Any, *, role: str, owner: str, resource_arn: str = "", tags: Sequence[str] = ()
    ) -> str:
        """Register a managed node as sagemaker-ssh-helper's start script does; returns its id.

        ssm: a boto3 client with the app's credentials. role: the name of the node's role. owner:
        the value of the tag SSHOwner. resource_arn: of the app. tags: other tags, KEY=VALUE.
        """
        values = {
            "SSHOwner": owner,
            "SSHCreator": f"AROAEXAMPLE:{owner}",
            "SSHTimestamp": str(int(time.time())),
            "SSHResourceName": resource_arn.rpartition("/")[2],
            "SSHResourceArn": resource_arn,
            **dict(tag.split("=", 1) for tag in tags),
        }
        activation = ssm.create_activation(
            IamRole=role,
            RegistrationLimit=1,
            Tags=[{"Key": key, "Value": value} for key, value in values.items()],
        )
        url = ssm.meta.endpoint_url
        registration = {
            "activation": activation["ActivationId"],
            "code": activation["ActivationCode"],
        }
        node = str(tell(url, "nodes", registration)["id"])
        tell(url, "sshd", {"target": node, "address": self.address})
        return node

    @property
    def _host_key(self) -> Path:
        return self._folder / "host_key"

    def _listens(self, process: subprocess.Popen[bytes]) -> bool:
        deadline = time.monotonic() + _START_SECONDS
        while process.poll() is None:
            try:
                socket.create_connection((HOST, self.port), 1).close()
            except OSError:
                assert time.monotonic() < deadline, self.log.read_text()
                time.sleep(0.02)
            else:
                return process.poll() is None
        return False

    def _configuration(self) -> str:
        options: Mapping[str, object] = {
            "Port": self.port,
            "ListenAddress": HOST,
            "HostKey": self._host_key,
            "AuthorizedKeysFile": self.authorized_keys,
            "PidFile": "none",
            "StrictModes": "no",
            "UsePAM": "no",
            "PasswordAuthentication": "no",
            "KbdInteractiveAuthentication": "no",
            "PermitRootLogin": "prohibit-password",
            "AllowTcpForwarding": "yes",
            "PrintMotd": "no",
            "LogLevel": "VERBOSE",
            "Subsystem": "sftp internal-sftp",
        }
        return "".join(f"{name} {value}\n" for name, value in options.items())


def tell(endpoint_url: str, call: str, sent: Mapping[str, object] | None = None) -> Any:
    """The answer of a call of the emulator itself, without a proxy. sent: its content."""
    content = None if sent is None else json.dumps(sent).encode()
    request = urllib.request.Request(f"{endpoint_url}/_emulator/{call}", data=content)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=30) as answer:
        return json.load(answer)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
