"""The editors that AWS names for remote access to spaces, and the releases that work with it.

https://docs.aws.amazon.com/sagemaker/latest/dg/remote-access-local-ide-setup.html
https://docs.aws.amazon.com/sagemaker-unified-studio/latest/userguide/prerequisites.html
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Editor:
    """VS Code, or an editor based on it.

    command: starts it. folder: of its settings. oldest: the first release with remote access.
    extension: for SSH; empty if the editor includes it. copies_server: whether the extension copies
    the editor's server to a host without internet.
    """

    name: str
    command: str
    folder: str
    oldest: tuple[int, ...]
    download: str
    extension: str
    copies_server: bool


EDITORS: Mapping[str, Editor] = {
    editor.command: editor
    for editor in (
        Editor(
            name="VS Code",
            command="code",
            folder="Code",
            oldest=(1, 90),
            download="https://code.visualstudio.com/download",
            extension="ms-vscode-remote.remote-ssh",
            copies_server=True,
        ),
        Editor(
            name="Cursor",
            command="cursor",
            folder="Cursor",
            oldest=(2, 6, 18),
            download="https://cursor.com/download",
            extension="",
            copies_server=True,
        ),
        Editor(
            name="Kiro",
            command="kiro",
            folder="Kiro",
            oldest=(0, 8, 0),
            download="https://kiro.dev/downloads",
            # Its settings name no local download (jeanp413/open-remote-ssh, package.json).
            extension="jeanp413.open-remote-ssh",
            copies_server=False,
        ),
    )
}
