"""An editor's settings: what is missing is put in, everything else stays byte for byte."""

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

DOWNLOAD, TIMEOUT = editors.NEEDED
ADDED = {"new.key": "always"}
HOST = "studio-team-alice"
INSTALL = {"remote.SSH.serverInstallPath": {HOST: "/home/sagemaker-user"}}

GAPS = st.sampled_from(["", " ", "\t", "\n", "\r\n", "// a { comment\n", '/* "b": 1, } */'])
SCALARS = st.none() | st.booleans() | st.integers(-9, 9) | st.text('ab"\\/*{}é\n', max_size=6)


def add(path: Path, report: Callable[[str], None]) -> None:
    editors.add_settings(path, host=HOST, login="sagemaker-user", report=report)


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """A settings.json with comments and trailing commas in every place, and what it says."""

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
        lambda deeper: st.lists(deeper, max_size=3) | st.dictionaries(st.text(max_size=3), deeper),
        max_leaves=6,
    )
    values = draw(st.dictionaries(st.text('a."\\é', max_size=4), inner, max_size=4))
    bom = draw(st.sampled_from(["", "\ufeff"]))
    return bom + draw(GAPS) + write(values) + draw(GAPS), values


@given(documents())
def test_properties_are_inserted_and_the_rest_stays(document: tuple[str, dict[str, Any]]) -> None:
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
        with pytest.raises(jsonc.NotUnderstood, match="is not an object"):
            jsonc.inserted(text, ADDED, within=within)
        return
    after = jsonc.inserted(text, ADDED, within=within)
    assert jsonc.values(after) == values | {within: ADDED | values.get(within, {})}
    again = jsonc.removed(after, "new.key", within=within)
    assert jsonc.values(again) == {within: {}} | values


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", '{\n    "new.key": "always"\n}\n'),
        ("{}", '{\n    "new.key": "always"\n}'),
        ('{\n  "a": 1\n}\n', '{\n  "new.key": "always",\n  "a": 1\n}\n'),
        ('{\r\n\t"a": 1\r\n}', '{\r\n\t"new.key": "always",\r\n\t"a": 1\r\n}'),
        ('{ // mine\n  "a": 1, }', '{\n    "new.key": "always", // mine\n  "a": 1, }'),
    ],
)
def test_how_it_looks(before: str, after: str) -> None:
    assert jsonc.inserted(before, ADDED) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", '{\n    "of": {"new.key": "always"}\n}\n'),
        ('{"of": {}}', '{"of": {\n        "new.key": "always"\n}}'),
        (
            '{\n  "of": {\n    "a": "b"\n  }\n}',
            '{\n  "of": {\n    "new.key": "always",\n    "a": "b"\n  }\n}',
        ),
    ],
)
def test_how_it_looks_within_an_object(before: str, after: str) -> None:
    assert jsonc.inserted(before, ADDED, within="of") == after


BROKEN = [
    "[]",
    "null",
    "{",
    '{"a"}',
    '{"a": }',
    '{"a": 1 "b": 2}',
    '{"a": 1}}',
    "{'a': 1}",
    '{"a": "\n"}',
    '{"a": /* 1}',
    '{"a": tru}',
    '{,"a": 1}',
    '{"a": 1,,}',
    '{"a": ' + "[" * 5000,
    "// only a comment",
    '{"a": 1}\n<<<<<<< HEAD',
]


@pytest.mark.parametrize("text", BROKEN)
def test_a_file_that_cannot_be_parsed_stays(tmp_path: Path, text: str) -> None:
    path = tmp_path / "settings.json"
    path.write_text(text, newline="")
    said: list[str] = []
    add(path, said.append)
    assert path.read_text() == text
    (line,) = said
    assert "stays as it is: line " in line
    assert '"remote.SSH.localServerDownload": "always"' in line


def test_bytes_that_are_no_text_stay(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(b'{"a": "\xff"}')
    said: list[str] = []
    add(path, said.append)
    assert path.read_bytes() == b'{"a": "\xff"}'
    assert "stays as it is" in said[0]


def test_what_is_missing_is_set_and_a_second_run_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "Code" / "User" / "settings.json"
    add(path, lambda _: None)
    once = path.read_text()
    assert json.loads(once) == {**editors.NEEDED, **INSTALL}
    said: list[str] = []
    add(path, said.append)
    assert (path.read_text(), said) == (once, [])


def test_a_value_that_a_person_has_set_stays_and_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text(f'{{\n  "{DOWNLOAD}": "off", // mine\n}}\n')
    said: list[str] = []
    add(path, said.append)
    text = path.read_text()
    assert f'"{DOWNLOAD}": "off", // mine' in text
    assert jsonc.values(text) == {DOWNLOAD: "off", TIMEOUT: 120, **INSTALL}
    assert any(f'{DOWNLOAD} is "off"' in line for line in said)


def test_the_server_of_each_host_is_installed_in_its_home(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{\n  "remote.SSH.serverInstallPath": { "mine": "/opt" }\n}\n')
    add(path, print)
    editors.add_settings(path, host="other", login="root", report=print)
    installed = jsonc.values(path.read_text())["remote.SSH.serverInstallPath"]
    assert installed == {"mine": "/opt", HOST: "/home/sagemaker-user", "other": "/root"}
    for host in (HOST, HOST, "other"):
        editors.remove_settings(path, host=host)
    settings = jsonc.values(path.read_text())
    assert settings == {**editors.NEEDED, "remote.SSH.serverInstallPath": {"mine": "/opt"}}


@pytest.mark.parametrize("value", ["7", '"/opt"', "[]", "null"])
def test_an_install_path_for_no_host_stays(tmp_path: Path, value: str) -> None:
    path = tmp_path / "settings.json"
    path.write_text(f'{{"remote.SSH.serverInstallPath": {value}}}')
    said: list[str] = []
    add(path, said.append)
    assert path.read_text() == f'{{"remote.SSH.serverInstallPath": {value}}}'
    assert "remote.SSH.serverInstallPath is not an object; add to it by hand" in said[0]


@pytest.mark.parametrize(
    ("platform", "command", "folder"),
    [
        ("linux", "code", ".config/Code"),
        ("linux", "cursor", ".config/Cursor"),
        ("darwin", "kiro", "Library/Application Support/Kiro"),
        ("win32", "cursor", "AppData/Roaming/Cursor"),
    ],
)
def test_each_editor_has_its_own_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, platform: str, command: str, folder: str
) -> None:
    for name in ("XDG_CONFIG_HOME", "APPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", platform)
    found = editors.settings_file(tmp_path, EDITORS[command])
    assert found == tmp_path / folder / "User" / "settings.json"


@pytest.mark.parametrize(
    ("platform", "variable"), [("linux", "XDG_CONFIG_HOME"), ("win32", "APPDATA")]
)
def test_the_settings_are_where_the_environment_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, platform: str, variable: str
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setenv(variable, "/x")
    found = editors.settings_file(tmp_path, EDITORS["code"])
    assert found == Path("/x/Code/User/settings.json")


@pytest.mark.parametrize("command", EDITORS)
def test_a_window_is_opened_by_the_editors_own_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    program, asked = tmp_path / command, tmp_path / "asked"
    program.write_text(f'#!/bin/sh\necho "$@" > {asked}\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    said: list[str] = []
    editors.open_window(HOST, EDITORS[command], said.append)
    assert asked.read_text() == f"--remote ssh-remote+{HOST} /home/sagemaker-user\n"
    assert [editors.UNPACK in line for line in said] == [True] * (command == "kiro")
