"""The node of an app's container: online while its agent runs and reaches Systems Manager."""

from collections.abc import Callable
from contextlib import suppress

from studio_emulator.clock import Clock
from studio_emulator.errors import AwsError
from studio_emulator.lock import LOCK
from studio_emulator.runtime import running_apps
from studio_emulator.ssm import commands, nodes


class ContainerNodes:
    """The managed node of an app's container, a `runtime.node_agent.Service`.

    target: the app. shut_out: whether the app's network has no access to Systems Manager.
    """

    version = nodes.AGENT_VERSION

    def __init__(self, target: str, *, clock: Clock, shut_out: Callable[[], bool]) -> None:
        self._target, self._clock, self._shut_out = target, clock, shut_out
        self._node = ""

    def register(self, activation: str, code: str) -> tuple[bool, str]:
        with LOCK:
            if self._shut_out():
                return False, "Registration failed: RequestError: send request failed, i/o timeout"
            try:
                node = nodes.register_node(activation, code=code, now=self._clock.now())
            except AwsError as error:
                return False, f"Registration failed: {error.code}: {error.message}"
            nodes.set_online(node, online=False)
            running_apps.connect_node(node, self._target)
            self._node = node
        message = "Successfully registered the instance with AWS SSM using Managed instance-id"
        return True, f"{message}: {node}"

    def set_online(self, *, online: bool) -> None:
        with LOCK:
            if nodes.has_node(self._node) and not (online and self._shut_out()):
                nodes.set_online(self._node, online=online)

    def commands(self) -> list[tuple[str, str]]:
        with LOCK:
            return [
                (one["command"], "\n".join(one["parameters"].get("commands", [])))
                for one in commands.pending(self._clock.now())
                if one["node"] == self._node
            ]

    def answer(self, command: str, *, exit_code: int, output: str, error: str) -> None:
        """Store the result of a command, unless the command has timed out."""
        now = self._clock.now()
        with LOCK, suppress(AwsError):
            commands.answer(
                self._node, command, exit_code=exit_code, output=output, error=error, now=now
            )
