"""Missing settings of an editor are added and removed, and its window opens."""

import json
import sys
from pathlib import Path

import pytest

from catalog.editors import EDITORS
from settings import UserError
from studio.connect import editors, jsonc
from tests.commands import write_program

DOWNLOAD, TIMEOUT = editors.REQUIRED
HOST = "studio-team-alice"
INSTALL = {"remote.SSH.serverInstallPath": {HOST: "/home/sagemaker-user"}}


def add(path: Path) -> list[str]:
    """What is reported."""
    reported: list[str] = []
    editors.add_settings(path, host=HOST, login="sagemaker-user", report=reported.append)
    return reported


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        *(
            (content, "is not changed: line ")
            for content in (
                b"[]",
                b"null",
                b"{",
                b'{"a": /* 1}',
                b'{,"a": 1}',
                b"{,}",
                b'{"a": 1,,}',
                b"// only a comment",
                b'{"a": 1}\n<<<<<<< HEAD',
            )
        ),
        (b'{"a": ' + b"[" * 5000, "is not changed: "),
        (b'{"a": ' + b"1" * 5000 + b"}", "is not changed: "),
        (b'{"a": "\xff"}', "is not changed: 'utf-8' codec"),
        *(
            (b'{"remote.SSH.serverInstallPath": %b}' % value, "serverInstallPath is not an object;")
            for value in (b"7", b'"/opt"', b"[]", b"null")
        ),
    ],
)
def test_a_file_that_cannot_be_parsed_is_reported_and_not_changed(
    tmp_path: Path, content: bytes, problem: str
) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(content)
    (line,) = add(path)
    assert path.read_bytes() == content
    assert problem in line
    assert '"remote.SSH.localServerDownload": "always"' in line


def test_a_file_that_cannot_be_written_is_reported_with_the_missing_settings(
    tmp_path: Path,
) -> None:
    """A configuration manager, such as that of NixOS, links the file to a read-only folder."""
    path = tmp_path / "settings.json"
    path.symlink_to(tmp_path / "store" / "settings.json")
    (line,) = add(path)
    assert line.startswith(f"{path}: cannot be written: ")
    assert '"remote.SSH.localServerDownload": "always"' in line


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "Code" / "User" / "settings.json"
    add(path)
    once = path.read_text()
    assert json.loads(once) == {**editors.REQUIRED, **INSTALL}
    assert add(path) == []
    assert path.read_text() == once


def test_another_value_is_reported_and_not_changed(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text(f'{{\n  "{DOWNLOAD}": "off", // mine\n}}\n')
    reported = add(path)
    text = path.read_text()
    assert f'"{DOWNLOAD}": "off", // mine' in text
    assert jsonc.values(text) == {DOWNLOAD: "off", TIMEOUT: 120, **INSTALL}
    assert any(f'{DOWNLOAD} is "off"' in line for line in reported)


def test_another_configuration_file_of_ssh_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"remote.SSH.configFile": "/mine/config"}')
    assert (
        f'{path}: remote.SSH.configFile is "/mine/config": the editor finds the host only if that '
        "file has the Include line of ~/.ssh/config"
    ) in add(path)


def test_each_host_has_its_install_path(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{\n  "remote.SSH.serverInstallPath": { "mine": "/opt" }\n}\n')
    add(path)
    editors.add_settings(path, host="other", login="root", report=print)
    installed = jsonc.values(path.read_text())["remote.SSH.serverInstallPath"]
    assert installed == {"mine": "/opt", HOST: "/home/sagemaker-user", "other": "/root"}
    for host in (HOST, HOST, "other"):
        editors.remove_settings(path, host=host)
    settings = jsonc.values(path.read_text())
    assert settings == {**editors.REQUIRED, "remote.SSH.serverInstallPath": {"mine": "/opt"}}


@pytest.mark.parametrize(
    ("platform", "variable", "command", "folder"),
    [
        ("linux", "", "code", ".config/Code"),
        ("linux", "", "cursor", ".config/Cursor"),
        ("linux", "XDG_CONFIG_HOME", "code", "/x/Code"),
        ("darwin", "", "kiro", "Library/Application Support/Kiro"),
        ("win32", "", "cursor", "AppData/Roaming/Cursor"),
        ("win32", "APPDATA", "code", "/x/Code"),
    ],
)
def test_each_editor_has_its_own_settings(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    platform: str,
    variable: str,
    command: str,
    folder: str,
) -> None:
    for name in ("XDG_CONFIG_HOME", "APPDATA"):
        monkeypatch.setenv(name, "/x" if name == variable else "")
    monkeypatch.setattr(sys, "platform", platform)
    found = editors.settings_file(tmp_path, EDITORS[command])
    assert found == tmp_path / folder / "User" / "settings.json"


@pytest.mark.parametrize("command", EDITORS)
def test_the_editors_command_opens_a_window(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    arguments = tmp_path / "arguments"
    write_program(tmp_path / command, f'#!/bin/sh\necho "$@" > {arguments}\n')
    monkeypatch.setenv("PATH", str(tmp_path))
    reported: list[str] = []
    editors.open_window(HOST, EDITORS[command], reported.append)
    assert arguments.read_text() == f"--remote ssh-remote+{HOST} /home/sagemaker-user\n"
    assert [editors.OFFLINE_GUIDE in line for line in reported] == [True] * (command == "kiro")


@pytest.mark.parametrize(
    ("script", "seconds", "reason"),
    [
        ("echo no display >&2; exit 1", 60, "no display"),
        ("exit 3", 60, "exit code 3"),
        ("exec /bin/sleep 60", 0.2, r".* timed out after 0\.2 seconds"),
    ],
)
def test_an_editor_that_does_not_open_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, seconds: float, reason: str
) -> None:
    monkeypatch.setattr(editors, "_OPEN_SECONDS", seconds)
    write_program(tmp_path / "code", f"#!/bin/sh\n{script}\n")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UserError, match=f"^VS Code does not open: {reason}$"):
        editors.open_window(HOST, EDITORS["code"], print)
