"""The purposes of sessions, which their documents define."""

from collections.abc import Mapping
from dataclasses import dataclass, field

Parameters = Mapping[str, list[str]]

SSH_PORT = "22"
_HTTP = "80"


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

    @property
    def has_terminal(self) -> bool:
        """Whether a shell or a command runs in a terminal."""
        return self.type in ("Standard_Stream", "InteractiveCommands")

    @property
    def has_pipe(self) -> bool:
        """Whether a command runs without a terminal and without input."""
        return self.type == "NonInteractiveCommands"


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
