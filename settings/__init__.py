"""The settings in studio.toml, and all rules about their values.

Every command loads the settings first, so this package imports neither CDKTF nor botocore.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from catalog.names import AppType, ConnectMethod, Feature
from settings.errors import SettingsError, UserError

if TYPE_CHECKING:
    from settings.loading import load
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
else:
    _MODULES = {
        "NetworkSettings": "network",
        "Settings": "model",
        "SpaceSettings": "spaces",
        "load": "loading",
    }

    def __getattr__(name):
        """Import a model on first use: ssh's ProxyCommand needs UserError without pydantic."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_MODULES.get(name, 'sections')}"), name)


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
