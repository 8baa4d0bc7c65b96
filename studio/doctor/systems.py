"""What puts a program or a clock right on each operating system."""

from __future__ import annotations

import platform
import sys
from collections.abc import Mapping
from enum import StrEnum


class System(StrEnum):
    """An operating system, by the way in which programs are installed on it."""

    DEBIAN = "debian"
    FEDORA = "fedora"
    OTHER_LINUX = "linux"
    MACOS = "macos"
    WINDOWS = "windows"


_PLUGIN_GUIDE = (
    "https://docs.aws.amazon.com/systems-manager/latest/userguide/"
    "session-manager-working-with-install-plugin.html"
)
_PLUGIN_RPM = (
    "https://s3.amazonaws.com/session-manager-downloads/plugin/latest/linux_64bit/"
    "session-manager-plugin.rpm"
)
_NTP = "sudo timedatectl set-ntp true"

SSH: Mapping[System, str] = {
    System.DEBIAN: "sudo apt-get install openssh-client",
    System.FEDORA: "sudo dnf install openssh-clients",
    System.OTHER_LINUX: "install the client of OpenSSH with the system's package manager",
    System.MACOS: "macOS has it in /usr/bin: add that to PATH",
    System.WINDOWS: "Add-WindowsCapability -Online -Name OpenSSH.Client~~~~0.0.1.0 "
    "(in a PowerShell of an administrator)",
}
PLUGIN: Mapping[System, str] = {
    System.DEBIAN: f"install it ({_PLUGIN_GUIDE})",
    System.FEDORA: f"sudo dnf install {_PLUGIN_RPM}",
    System.OTHER_LINUX: f"install it ({_PLUGIN_GUIDE})",
    System.MACOS: "brew install --cask session-manager-plugin",
    System.WINDOWS: "winget install Amazon.SessionManagerPlugin",
}
CLOCK: Mapping[System, str] = {
    System.DEBIAN: _NTP,
    System.FEDORA: _NTP,
    System.OTHER_LINUX: _NTP,
    System.MACOS: "sudo sntp -sS time.apple.com",
    System.WINDOWS: "w32tm /resync (in a PowerShell of an administrator)",
}


def current() -> System:
    """The system of this machine; WSL counts as its distribution."""
    if sys.platform == "darwin":
        return System.MACOS
    if sys.platform == "win32":
        return System.WINDOWS
    try:
        release = platform.freedesktop_os_release()
    except OSError:
        return System.OTHER_LINUX
    names = {release.get("ID", ""), *release.get("ID_LIKE", "").split()}
    if "debian" in names or "ubuntu" in names:
        return System.DEBIAN
    # Fedora, RHEL, its rebuilds and Amazon Linux.
    return System.FEDORA if names & {"fedora", "rhel", "amzn"} else System.OTHER_LINUX
