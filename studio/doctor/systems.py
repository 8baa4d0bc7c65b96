"""The commands that install a program or set the clock, by operating system."""

import platform
import sys
from collections.abc import Mapping
from enum import StrEnum


class System(StrEnum):
    """An operating system, by its package manager."""

    DEBIAN = "debian"
    FEDORA = "fedora"
    OTHER_LINUX = "linux"
    MACOS = "macos"
    WINDOWS = "windows"


_PLUGIN_GUIDE = (
    "https://docs.aws.amazon.com/systems-manager/latest/userguide/"
    "session-manager-working-with-install-plugin.html"
)
_NTP = "sudo timedatectl set-ntp true"

SSH: Mapping[System, str] = {
    System.DEBIAN: "sudo apt-get install openssh-client",
    System.FEDORA: "sudo dnf install openssh-clients",
    System.OTHER_LINUX: "install the OpenSSH client with the package manager",
    System.MACOS: "add /usr/bin, which has it, to PATH",
    System.WINDOWS: "Add-WindowsCapability -Online -Name OpenSSH.Client~~~~0.0.1.0 "
    "(in PowerShell, as administrator)",
}
PLUGIN: Mapping[System, str] = {
    System.DEBIAN: f"install it ({_PLUGIN_GUIDE})",
    System.FEDORA: "sudo dnf install https://s3.amazonaws.com/session-manager-downloads/plugin/"
    "latest/linux_64bit/session-manager-plugin.rpm",
    System.OTHER_LINUX: f"install it ({_PLUGIN_GUIDE})",
    System.MACOS: "brew install --cask session-manager-plugin",
    System.WINDOWS: "winget install Amazon.SessionManagerPlugin",
}
CLOCK: Mapping[System, str] = {
    System.DEBIAN: _NTP,
    System.FEDORA: _NTP,
    System.OTHER_LINUX: _NTP,
    System.MACOS: "sudo sntp -sS time.apple.com",
    System.WINDOWS: "w32tm /resync (in PowerShell, as administrator)",
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
    # Rebuilds of RHEL name it in ID_LIKE.
    return System.FEDORA if names & {"fedora", "rhel", "amzn"} else System.OTHER_LINUX
