"""The settings in studio.toml, and all rules about their values.

Imports catalog only, neither CDKTF nor boto3, so that it loads in a fraction of a second: every
entry point loads the settings first, and exits with one line when they are wrong.
"""

from catalog.names import AppType, ConnectMethod, Feature
from settings.errors import SettingsError, UserError
from settings.load import load
from settings.model import Settings
from settings.network import NetworkSettings
from settings.sections import (
    DomainSettings,
    EcrSettings,
    GroupSettings,
    ImageSettings,
    RoleSettings,
    StateSettings,
    UserDefaults,
    UserSettings,
)
from settings.spaces import SpaceSettings

__all__ = [
    "AppType",
    "ConnectMethod",
    "DomainSettings",
    "EcrSettings",
    "Feature",
    "GroupSettings",
    "ImageSettings",
    "NetworkSettings",
    "RoleSettings",
    "Settings",
    "SettingsError",
    "SpaceSettings",
    "StateSettings",
    "UserDefaults",
    "UserError",
    "UserSettings",
    "load",
]
