"""What studio.toml may say: every rule about a value lives here, and nowhere else.

Imports go one way: main -> stacks -> modules -> settings, and scripts -> settings. So this package
imports nothing else of the project, knows neither CDKTF nor boto3, and starts in a fraction of a
second: every entry point loads the settings first, and stops with one line when they are wrong.
"""

from catalog.names import AppType, ConnectMethod, Feature
from settings.errors import SettingsError, UserError
from settings.load import load
from settings.model import Settings
from settings.sections import (
    DomainSettings,
    EcrSettings,
    ImageSettings,
    NetworkSettings,
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
