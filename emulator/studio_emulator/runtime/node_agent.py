"""Systems Manager's agent in an app's container; runs its commands as root, for 10 minutes.

The emulator replaces the image's agent, since no public model describes the API that it calls. The
program registers with an activation and keeps the node online while it runs. The container engine
runs the commands of Run Command as root.
"""

import contextlib
import os
import select
import subprocess
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from studio_emulator.runtime.engine import Engine

AGENT = "/usr/bin/amazon-ssm-agent"
SSH_PORT = 22
_FIFO, _ANSWER, _PROGRAM = "node", "registered", "amazon-ssm-agent"
_POLL_MILLISECONDS = 100
_REPLY_ATTEMPTS, _PAUSE = 200, 0.05
_COMMAND_SECONDS = 600.0
_PIECE = 1 << 12
_SCRIPT = """\
#!/bin/sh
# The emulator replaces the agent of the image by this script.
[ "$1" != -version ] || {{ echo "SSM Agent version: {version}"; exit; }}
cd {folder} || exit
if [ "$1" = -register ]; then
    while [ $# -gt 0 ]; do
        case $1 in
            -id) id=$2 ;;
            -code) code=$2 ;;
        esac
        shift
    done
    echo "register $id $code" > {fifo}
    read -r code text < {answer}
    echo "$text"
    exit "$code"
fi
exec 3> {fifo}
echo online >&3
while :; do sleep 60 3>&-; done
"""


class Service(Protocol):
    """The part of Systems Manager that an agent uses."""

    version: str

    def register(self, activation: str, code: str) -> tuple[bool, str]:
        """Register a node: whether it succeeded, and the agent's message."""

    def set_online(self, *, online: bool) -> None:
        """Report that the agent has connected or ended."""

    def commands(self) -> Iterable[tuple[str, str]]:
        """The id and script of each pending command of the node."""

    def answer(self, command: str, *, exit_code: int, output: str, error: str) -> None:
        """Report the result of a command."""


class NodeAgent:
    """The agent in a container. folder: on this machine; inside: its path in the container."""

    def __init__(
        self, *, engine: Engine, container: str, folder: Path, inside: str, service: Service
    ) -> None:
        self._engine, self._container, self._service = engine, container, service
        self._folder = folder
        self._over = threading.Event()
        for name in (_FIFO, _ANSWER):
            os.mkfifo(folder / name)
            # The script can start the agent with or without sudo.
            (folder / name).chmod(0o666)
        script = _SCRIPT.format(version=service.version, folder=inside, fifo=_FIFO, answer=_ANSWER)
        (folder / _PROGRAM).write_text(script)
        self._inside = inside

    def install(self) -> None:
        """Replace the image's agent, if any, and serve it. Raises EngineError."""
        command = f"! [ -e {AGENT} ] || cat {self._inside}/{_PROGRAM} > {AGENT}"
        self._engine("exec", "--user", "0", self._container, "/bin/sh", "-c", command)
        threading.Thread(target=self._serve, daemon=True).start()

    def stop(self) -> None:
        """Stop serving; the node is offline."""
        self._over.set()

    def _serve(self) -> None:
        while not self._over.is_set():
            # Without O_NONBLOCK, `open` waits for an agent.
            opened = os.open(self._folder / _FIFO, os.O_RDONLY | os.O_NONBLOCK)
            try:
                self._serve_agent(opened)
            finally:
                os.close(opened)
                self._service.set_online(online=False)

    def _serve_agent(self, opened: int) -> None:
        poll = select.poll()
        poll.register(opened, select.POLLIN | select.POLLHUP)
        online = False
        while not self._over.is_set():
            for _, flags in poll.poll(_POLL_MILLISECONDS):
                if flags & select.POLLIN:
                    for line in os.read(opened, _PIECE).decode(errors="replace").splitlines():
                        online |= self._take(line.split())
                elif flags & select.POLLHUP:
                    return
            if online:
                for command, script in self._service.commands():
                    self._run(command, script)

    def _take(self, words: list[str]) -> bool:
        """Process a line of the agent; whether it is online."""
        match words:
            case ["register", activation, code]:
                registered, message = self._service.register(activation, code)
                self._reply(f"{0 if registered else 1} {message}\n")
            case ["online"]:
                self._service.set_online(online=True)
                return True
        return False

    def _reply(self, line: str) -> None:
        """Write to the registering agent when it reads."""
        for _ in range(_REPLY_ATTEMPTS):
            with contextlib.suppress(OSError):
                opened = os.open(self._folder / _ANSWER, os.O_WRONLY | os.O_NONBLOCK)
                os.write(opened, line.encode())
                os.close(opened)
                return
            time.sleep(_PAUSE)

    def _run(self, command: str, script: str) -> None:
        words = ["exec", "--user", "0", self._container, "/bin/sh", "-c", script]
        try:
            done = self._engine.run(*words, seconds=_COMMAND_SECONDS)
        except (OSError, subprocess.TimeoutExpired) as error:
            self._service.answer(command, exit_code=1, output="", error=str(error))
            return
        self._service.answer(
            command, exit_code=done.returncode, output=done.stdout, error=done.stderr
        )
