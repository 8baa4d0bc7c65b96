"""The settings in studio.toml, and all rules about their values: a module for each table.

Every command loads the settings first, so this package imports neither CDKTF nor botocore.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from catalog.names import AppType, ConnectMethod, Feature
from settings.errors import SettingsError, UserError

if TYPE_CHECKING:
    from settings.loading import load
    from settings.model import Settings
else:
    _MODULES = {"Settings": "model", "load": "loading"}

    def __getattr__(name):
        """Import on first use: ssh's ProxyCommand needs UserError without pydantic."""
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)


__all__ = [
    "AppType",
    "ConnectMethod",
    "Feature",
    "Settings",
    "SettingsError",
    "UserError",
    "load",
]
