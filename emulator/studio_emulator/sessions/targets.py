"""What a session reaches: shell, command, port or sshd; which fail, as for a closed port."""

import re
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TypeAlias

from studio_emulator.errors import UsageError
from studio_emulator.runtime import running_apps
from studio_emulator.runtime.programs import Command, Terminal
from studio_emulator.sessions.forwards import Forward, forward, without_delay

Parameters = Mapping[str, list[str]]

SSH_PORT = "22"
_HTTP = "80"
_CONNECT_SECONDS = 5.0
_ADDRESS = re.compile(r"127\.0\.0\.1:(\d{1,5})")
_ADDRESSES: dict[str, tuple[str, int]] = {}

Host: TypeAlias = socket.socket | Terminal | Command | Forward
"""The target of a session."""


@dataclass(frozen=True, kw_only=True)
class Purpose:
    """type, properties: SessionType in the handshake; command: of a terminal or a pipe.

    https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-schema.html
    """

    type: str
    properties: Mapping[str, str] = field(default_factory=dict)
    command: str = ""

    @property
    def is_ssh(self) -> bool:
        """Whether the target is the sshd of the node."""
        return self.type == "Port" and self.properties == {"portNumber": SSH_PORT}

    @property
    def port(self) -> int | None:
        """The forwarded port of 127.0.0.1; None for another host or another purpose."""
        forwards = self.properties.get("type") == "LocalPortForwarding"
        here = self.properties.get("host", "localhost") in ("localhost", "127.0.0.1")
        return int(self.properties.get("portNumber", _HTTP)) if forwards and here else None

    @property
    def shakes_hands(self) -> bool:
        """Whether the agent starts an unencrypted session with a handshake (RequireHandshake in
        https://github.com/aws/amazon-ssm-agent/tree/mainline/agent/session/plugins)."""
        return self.type in ("Port", "NonInteractiveCommands")


SSH = Purpose(type="Port", properties={"portNumber": SSH_PORT})


def purpose_of(document: str, given: Parameters) -> Purpose:
    """The purpose of a session with this document; the account's documents start a shell."""
    values = {name: value[0] for name, value in given.items()}
    if document == "AWS-StartSSHSession":
        return Purpose(type="Port", properties={"portNumber": values.get("portNumber", SSH_PORT)})
    if document.startswith("AWS-StartPortForwardingSession"):
        return Purpose(type="Port", properties={**values, "type": "LocalPortForwarding"})
    if document == "AWS-StartInteractiveCommand":
        return Purpose(type="InteractiveCommands", command=values["command"])
    if document == "AWS-StartNonInteractiveCommand":
        return Purpose(type="NonInteractiveCommands", command=values["command"])
    return Purpose(type="Standard_Stream")


def host_of(
    target: str, purpose: Purpose, *, client_version: str, refused: Callable[[], None]
) -> Host:
    """Connect to what a session to the target reaches. Raises ConnectionRefusedError, TimeoutError.

    client_version, refused: as for `forward`.
    """
    address = _ADDRESSES.get(target)
    if purpose.is_ssh and address is not None:
        return without_delay(socket.create_connection(address, _CONNECT_SECONDS))
    app = running_apps.app_of(target)
    if app is None:
        raise ConnectionRefusedError
    if purpose.is_ssh:
        return app.connect()
    if purpose.port is not None:
        connect = partial(app.connect_port, purpose.port)
        return forward(connect, client_version=client_version, refused=refused)
    if purpose.type == "Port":  # another one of the node, or of another host
        raise ConnectionRefusedError
    kind = Command if purpose.type == "NonInteractiveCommands" else Terminal
    return kind(app.launch(purpose.command))


def set_address(target: str, address: str) -> None:
    """Set the address of the sshd of `target`, 127.0.0.1:PORT. Raises UsageError."""
    match = _ADDRESS.fullmatch(address)
    if match is None or not 0 < int(match[1]) < 65536:
        raise UsageError(f"address {address!r}: 127.0.0.1:PORT is expected")
    _ADDRESSES[target] = ("127.0.0.1", int(match[1]))


def forget_addresses() -> None:
    _ADDRESSES.clear()
