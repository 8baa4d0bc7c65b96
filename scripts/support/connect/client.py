"""What this machine needs for a connection, checked before anything costs money."""

import shutil
from collections.abc import Mapping

from scripts.session_proxy import PLUGIN
from scripts.support.connect import vscode
from settings import UserError

_PLUGIN_PAGE = (
    "https://docs.aws.amazon.com/systems-manager/latest/userguide/"
    "session-manager-working-with-install-plugin.html"
)
TOOLS: Mapping[str, str] = {
    "ssh": "install OpenSSH's client",
    "ssh-keygen": "install OpenSSH's client",
    PLUGIN: f"install it as {_PLUGIN_PAGE} says",
}
"""The programs that are needed, and how one comes by them."""


def check(*, code: bool) -> None:
    """Raise UserError for the first that is missing; code: whether VS Code is wanted."""
    tools = dict(TOOLS)
    if code:
        tools["code"] = (
            "install VS Code; on macOS, its command \"Shell Command: Install 'code' command in "
            'PATH" does it'
        )
    for tool, remedy in tools.items():
        if shutil.which(tool) is None:
            raise UserError(f"{tool} is not on PATH: {remedy}")
    if code:
        vscode.require_extension()
