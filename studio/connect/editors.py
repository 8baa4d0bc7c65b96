"""Adds the settings that an editor lacks, never changes one or an unreadable file; opens it."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from catalog.editors import Editor
from settings import UserError
from studio.connect import files, jsonc
from studio.console.reports import Report
from studio.processes.children import captured

REQUIRED: Mapping[str, str | int] = {
    # The VPC has no internet: this machine downloads the editor's server and copies it over SFTP.
    "remote.SSH.localServerDownload": "always",
    # A session takes longer to open than the default of 15 seconds.
    "remote.SSH.connectTimeout": 120,
}
INSTALL_PATH = "remote.SSH.serverInstallPath"
"""By default, Remote-SSH may choose `/.vscode-server`, which is not writable
(aws-toolkit-vscode#8096)."""
HOME = "/home/sagemaker-user"
"""The home folder of SageMaker's images, on the space's volume."""
OFFLINE_GUIDE = (
    "https://docs.aws.amazon.com/sagemaker/latest/dg/"
    "remote-access-remote-setup-vpc-subnets-without-internet-access.html"
)

_OPEN_SECONDS = 60
"""The command ends once the window opens; the first start after an update takes longest."""


def settings_file(home: Path, editor: Editor) -> Path:
    """The path of the user's settings on this operating system."""
    if sys.platform == "darwin":
        folder = home / "Library" / "Application Support"
    elif sys.platform == "win32":
        folder = Path(os.environ.get("APPDATA") or home / "AppData" / "Roaming")
    else:
        folder = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")
    return folder / editor.folder / "User" / "settings.json"


def add_settings(path: Path, *, host: str, login: str, report: Report) -> None:
    """Add the missing settings of ``REQUIRED``, and ``INSTALL_PATH`` of the host.

    Reports other values, another configuration of ssh and a file that cannot be parsed or written,
    and does not change them. Raises UserError if the file cannot be read.
    """
    install = {host: "/root" if login == "root" else HOME}
    settings = json.dumps({**REQUIRED, INSTALL_PATH: install})[1:-1]
    try:
        text = files.read(path).decode("utf-8")
        present = jsonc.values(text)
        missing = {key: value for key, value in REQUIRED.items() if key not in present}
        changed = jsonc.inserted(text, missing)
        installed = present.get(INSTALL_PATH, {})
        if not isinstance(installed, dict) or host not in installed:
            changed = jsonc.inserted(changed, install, within=INSTALL_PATH)
            missing |= {INSTALL_PATH: host}
    except (jsonc.ParseError, UnicodeDecodeError) as error:
        report(f"{path} is not changed: {error}; add these settings to it: {settings}")
        return
    for key, value in REQUIRED.items():
        if present.get(key, value) != value:
            report(f"{path}: {key} is {json.dumps(present[key])}; the editor may need {value!r}")
    if other := present.get("remote.SSH.configFile"):
        report(
            f"{path}: remote.SSH.configFile is {json.dumps(other)}: the editor finds the host only "
            "if that file has the Include line of ~/.ssh/config"
        )
    if changed != text:
        try:
            files.make_folder(path.parent)
            files.write(path, changed.encode("utf-8"))
        except UserError as error:
            report(f"{error}; add these settings to it: {settings}")
        else:
            report(f"set {', '.join(missing)} in {path}")


def remove_settings(path: Path, *, host: str) -> None:
    """Remove the host's ``INSTALL_PATH``; other hosts may need ``REQUIRED``. Raises UserError."""
    try:
        text = files.read(path).decode("utf-8")
        changed = jsonc.removed(text, host, within=INSTALL_PATH)
    except (jsonc.ParseError, UnicodeDecodeError):
        return
    if changed != text:
        files.write(path, changed.encode("utf-8"))


def open_window(host: str, editor: Editor, report: Report) -> None:
    """Open a window on the host. Raises UserError."""
    if not editor.copies_server:
        report(
            f"{editor.name} downloads its server on the host, which has no internet: install it "
            f"with a lifecycle configuration: {OFFLINE_GUIDE}"
        )
    # On Windows, the command is a .cmd file, which starts only by its full name.
    program = shutil.which(editor.command) or editor.command
    command = [program, "--remote", f"ssh-remote+{host}", HOME]
    try:
        finished = captured(command, seconds=_OPEN_SECONDS)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UserError(f"{editor.name} does not open: {error}") from None
    if finished.returncode:
        reason = finished.stderr.strip() or f"exit code {finished.returncode}"
        raise UserError(f"{editor.name} does not open: {reason}")
