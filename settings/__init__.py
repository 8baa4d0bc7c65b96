"""The settings in studio.toml, and all rules about their values: a module for each table.

Every command loads the settings first, so this package imports neither CDKTF nor botocore.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from catalog.names import AppType, ConnectMethod, Feature
from settings.errors import SettingsError, UserError

if TYPE_CHECKING:
    from settings.domain import DomainSettings
    from settings.ecr import EcrSettings
    from settings.images import ImageSettings
    from settings.loading import load
    from settings.model import Settings
    from settings.network import NetworkSettings
    from settings.role import RoleSettings
    from settings.spaces import SpaceSettings
    from settings.state import StateSettings
    from settings.users import GroupSettings, UserDefaults, UserSettings
else:
    _MODULES = {
        "DomainSettings": "domain",
        "EcrSettings": "ecr",
        "GroupSettings": "users",
        "ImageSettings": "images",
        "NetworkSettings": "network",
        "RoleSettings": "role",
        "Settings": "model",
        "SpaceSettings": "spaces",
        "StateSettings": "state",
        "UserDefaults": "users",
        "UserSettings": "users",
        "load": "loading",
    }

    def __getattr__(name):
        """Import a model on first use: ssh's ProxyCommand needs UserError without pydantic."""
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)


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
