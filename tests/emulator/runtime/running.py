"""Programs in running apps, over SSH."""

import asyncio
from collections.abc import Mapping
from typing import Any

import asyncssh
import psutil

from studio_emulator.runtime import running_apps
from tests.e2e.small_studio import SmallStudio
from tests.emulator.sessions.channels import eventually

USER = "alice"
DETACHED = "setsid sleep 600 < /dev/null > /dev/null 2>&1 & echo $!"
"""Starts a process that survives its session and its parent; prints its id."""


def app_of(studio: SmallStudio) -> Any:
    """The running app of alice's space."""
    app = running_apps.app_of(studio.space_arn(USER))
    assert app is not None
    return app


def in_app(app: Any, use: Any) -> Any:
    """Await `use(connection)` with an SSH connection to the app."""

    async def connected() -> Any:
        async with asyncssh.connect(
            sock=app.connect(), username="any", known_hosts=None, client_keys=None, config=None
        ) as ssh:
            return await use(ssh)

    return asyncio.run(connected())


def run(app: Any, command: str, **options: Any) -> tuple[Any, Any, Any]:
    """The exit status, output and errors of a command in the app."""
    ended = in_app(app, lambda ssh: ssh.run(command, timeout=60, **options))
    return ended.exit_status, ended.stdout, ended.stderr


def failure(studio: SmallStudio) -> str:
    """Wait until alice's app is Failed; the reason."""

    def app() -> Mapping[str, Any]:
        return studio.app(USER) or {}

    assert eventually(lambda: app()["Status"] == "Failed")
    return str(app()["FailureReason"])


def gone(process: psutil.Process) -> bool:
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
