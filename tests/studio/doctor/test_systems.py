"""The operating system is recognized, and each has its own fixes."""

import platform
import sys
from unittest.mock import MagicMock

import pytest

from studio.doctor import systems
from studio.doctor.systems import System


@pytest.mark.parametrize(
    ("on", "release", "system"),
    [
        ("linux", {"ID": "debian"}, System.DEBIAN),
        ("linux", {"ID": "ubuntu", "ID_LIKE": "debian"}, System.DEBIAN),
        ("linux", {"ID": "fedora"}, System.FEDORA),
        ("linux", {"ID": "rocky", "ID_LIKE": "rhel centos fedora"}, System.FEDORA),
        ("linux", {"ID": "amzn", "ID_LIKE": "fedora"}, System.FEDORA),
        ("linux", {"ID": "arch"}, System.OTHER_LINUX),
        ("linux", None, System.OTHER_LINUX),
        ("darwin", None, System.MACOS),
        ("win32", None, System.WINDOWS),
    ],
)
def test_the_operating_system_is_recognized(
    on: str, release: dict[str, str] | None, system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = MagicMock(return_value=release, side_effect=OSError if release is None else None)
    monkeypatch.setattr(sys, "platform", on)
    monkeypatch.setattr(platform, "freedesktop_os_release", read)
    assert systems.current() is system


@pytest.mark.parametrize(
    ("tool", "expected"),
    [
        ("apt", {System.DEBIAN}),
        ("dnf", {System.FEDORA}),
        ("brew", {System.MACOS}),
        ("winget", {System.WINDOWS}),
        ("sntp", {System.MACOS}),
        ("w32tm", {System.WINDOWS}),
        ("timedatectl", {System.DEBIAN, System.FEDORA, System.OTHER_LINUX}),
    ],
)
def test_no_fix_names_a_tool_of_another_system(tool: str, expected: set[System]) -> None:
    tables = (systems.SSH, systems.PLUGIN, systems.CLOCK)
    assert all(set(table) == set(System) for table in tables)
    assert {on for table in tables for on, fix in table.items() if tool in fix} == expected
