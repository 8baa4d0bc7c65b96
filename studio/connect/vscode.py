"""VS Code: the settings that a host without internet needs, and a window that opens on it."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from settings import UserError
from studio.connect import files, jsonc
from studio.connect.ssh_config import Place
from studio.console.reports import Report
from studio.processes.children import captured

NEEDED: Mapping[str, str | int] = {
    # The server cannot be downloaded from within the VPC, so this machine does and copies it over.
    "remote.SSH.localServerDownload": "always",
    # Systems Manager needs longer for a session than the 15 seconds that the extension waits.
    "remote.SSH.connectTimeout": 120,
}
HOME = "/home/sagemaker-user"
_SECONDS = 60


def settings_file(home: Path) -> Path:
    """Where VS Code keeps the user's settings on this system."""
    if sys.platform == "darwin":
        folder = home / "Library" / "Application Support"
    else:
        folder = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")
    return folder / "Code" / "User" / "settings.json"


def prepare(path: Path, report: Report) -> None:
    """Set in ``path`` what is missing of ``NEEDED``, and change nothing else in it.

    What a person has set to another value is reported, and stays. A file that cannot be understood
    is left alone, with one line to ``report``. Raises UserError where it cannot be written.
    """
    try:
        text = files.read(path).decode("utf-8")
        set_already = jsonc.values(text)
        missing = {key: value for key, value in NEEDED.items() if key not in set_already}
        changed = jsonc.inserted(text, missing)
    except (jsonc.NotUnderstood, UnicodeDecodeError) as error:
        by_hand = json.dumps(NEEDED)[1:-1]
        report(f"{path} is left as it is: {error}; add to it by hand: {by_hand}")
        return
    for key, value in NEEDED.items():
        if set_already.get(key, value) != value:
            report(f"{path}: {key} is {json.dumps(set_already[key])}, VS Code may need {value!r}")
    if changed != text:
        files.make_folder(path.parent)
        files.write(path, changed.encode("utf-8"))
        report(f"set {', '.join(missing)} in {path}")


def open_window(place: Place) -> None:
    """Open a window on the host. Raises UserError."""
    command = ["code", "--remote", f"ssh-remote+{place.host}", HOME]
    try:
        finished = captured(command, seconds=_SECONDS)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UserError(f"VS Code does not open: {error}") from None
    if finished.returncode:
        raise UserError(f"VS Code does not open: {finished.stderr.strip()}")
