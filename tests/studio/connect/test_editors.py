"""Missing editor settings are added; no other byte of the file changes."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.editors import EDITORS
from studio.connect import editors, jsonc

DOWNLOAD, TIMEOUT = editors.REQUIRED
ADDED = {"new.key": "always"}
HOST = "studio-team-alice"
INSTALL = {"remote.SSH.serverInstallPath": {HOST: "/home/sagemaker-user"}}

COMMENTS = ["// a { comment\n", '/* "b": 1, } */', "// 14\u00a0pt\n", "/*\u3000*/"]
GAPS = st.sampled_from(["", " ", "\t", "\n", "\r\n", *COMMENTS])
SCALARS = st.none() | st.booleans() | st.integers(-9, 9) | st.text('ab"\\/*{}é\n', max_size=6)


def add(path: Path, report: Callable[[str], None]) -> None:
    editors.add_settings(path, host=HOST, login="sagemaker-user", report=report)


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """A settings.json with comments and trailing commas in every place, and its values."""

    def write(value: Any) -> str:
        def gap() -> str:
            return draw(GAPS)

        match value:
            case dict():
                items = [
                    f"{gap()}{json.dumps(key)}{gap()}:{gap()}{write(item)}{gap()}"
                    for key, item in value.items()
                ]
                opening, closing = "{", "}"
            case list():
                items = [f"{gap()}{write(item)}{gap()}" for item in value]
                opening, closing = "[", "]"
            case _:
                return json.dumps(value)
        comma = bool(items) and draw(st.booleans())
        trailing = "," + gap() if comma else gap()
        return opening + ",".join(items) + trailing + closing

    inner = st.recursive(
        SCALARS,
        lambda deeper: (
            st.lists(deeper, max_size=2) | st.dictionaries(st.text(max_size=3), deeper, max_size=2)
        ),
        max_leaves=4,
    )
    values = draw(st.dictionaries(st.text('a."\\é', max_size=4), inner, max_size=4))
    bom = draw(st.sampled_from(["", "\ufeff"]))
    return bom + draw(GAPS) + write(values) + draw(GAPS), values


@given(documents())
def test_inserting_properties_changes_no_other_byte(document: tuple[str, dict[str, Any]]) -> None:
    text, values = document
    after = jsonc.inserted(text, ADDED)
    assert jsonc.values(text) == values
    assert jsonc.values(after) == ADDED | values
    added = len(after) - len(text)
    assert any(after[:n] + after[n + added :] == text for n in range(len(text)))


@given(documents(), st.sampled_from(["missing", "a", ""]))
def test_a_property_of_an_object_is_inserted_and_removed(
    document: tuple[str, dict[str, Any]], within: str
) -> None:
    text, values = document
    if not isinstance(values.get(within, {}), dict):
        with pytest.raises(jsonc.ParseError, match="is not an object"):
            jsonc.inserted(text, ADDED, within=within)
        return
    after = jsonc.inserted(text, ADDED, within=within)
    assert jsonc.values(after) == values | {within: ADDED | values.get(within, {})}
    again = jsonc.removed(after, "new.key", within=within)
    assert jsonc.values(again) == {within: {}} | values


@pytest.mark.parametrize(
    ("within", "before", "after"),
    [
        (None, "", '{\n    "new.key": "always"\n}\n'),
        (None, "{}", '{\n    "new.key": "always"\n}'),
        (None, '{\n  "a": 1\n}\n', '{\n  "new.key": "always",\n  "a": 1\n}\n'),
        (None, '{\r\n\t"a": 1\r\n}', '{\r\n\t"new.key": "always",\r\n\t"a": 1\r\n}'),
        (
            None,
            '{ // mine\n  "a": 1, }',
            '{\n    "new.key": "always", // mine\n  "a": 1, }',
        ),
        ("of", "", '{\n    "of": {"new.key": "always"}\n}\n'),
        ("of", '{"of": {}}', '{"of": {\n        "new.key": "always"\n}}'),
        (
            "of",
            '{\n  "of": {\n    "a": "b"\n  }\n}',
            '{\n  "of": {\n    "new.key": "always",\n    "a": "b"\n  }\n}',
        ),
    ],
)
def test_inserted_properties_are_indented(within: str | None, before: str, after: str) -> None:
    assert jsonc.inserted(before, ADDED, within=within) == after


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        *(
            (content, "is not changed: line ")
            for content in (
                b"[]",
                b"null",
                b"{",
                b'{"a"}',
                b'{"a": }',
                b'{"a": 1 "b": 2}',
                b'{"a": 1}}',
                b"{'a': 1}",
                b'{"a": "\n"}',
                b'{"a": /* 1}',
                b'{"a": tru}',
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
    reported: list[str] = []
    add(path, reported.append)
    assert path.read_bytes() == content
    (line,) = reported
    assert problem in line
    assert '"remote.SSH.localServerDownload": "always"' in line


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "Code" / "User" / "settings.json"
    add(path, lambda _: None)
    once = path.read_text()
    assert json.loads(once) == {**editors.REQUIRED, **INSTALL}
    reported: list[str] = []
    add(path, reported.append)
    assert (path.read_text(), reported) == (once, [])


def test_another_value_is_reported_and_not_changed(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text(f'{{\n  "{DOWNLOAD}": "off", // mine\n}}\n')
    reported: list[str] = []
    add(path, reported.append)
    text = path.read_text()
    assert f'"{DOWNLOAD}": "off", // mine' in text
    assert jsonc.values(text) == {DOWNLOAD: "off", TIMEOUT: 120, **INSTALL}
    assert any(f'{DOWNLOAD} is "off"' in line for line in reported)


def test_each_host_has_its_install_path(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{\n  "remote.SSH.serverInstallPath": { "mine": "/opt" }\n}\n')
    add(path, print)
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
    program, arguments = tmp_path / command, tmp_path / "arguments"
    program.write_text(f'#!/bin/sh\necho "$@" > {arguments}\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    reported: list[str] = []
    editors.open_window(HOST, EDITORS[command], reported.append)
    assert arguments.read_text() == f"--remote ssh-remote+{HOST} /home/sagemaker-user\n"
    assert [editors.OFFLINE_GUIDE in line for line in reported] == [True] * (command == "kiro")
