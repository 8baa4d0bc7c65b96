"""The precedence of a user's settings: the user's table, that of the group, the defaults."""

from dataclasses import dataclass
from typing import Any

from settings.errors import KeyPath
from settings.users import GroupSettings, UserDefaults, UserSettings


@dataclass(frozen=True, kw_only=True)
class UserLayers:
    """The tables of a user's settings, in order of precedence: user, group, defaults."""

    name: str
    user: UserSettings
    group: GroupSettings
    defaults: UserDefaults

    def chosen(self, key: str) -> Any:
        """The value of a key of the tables or their spaces."""
        return self._source(key)[1]

    def path(self, key: str) -> KeyPath:
        """The path where a key is set; in the user's table if it is not."""
        return self._source(key)[0]

    def _source(self, key: str) -> tuple[KeyPath, Any]:
        own: KeyPath = ("users", self.name)
        for path, layer in (
            (own, self.user),
            (("groups", self.user.group), self.group),
            (("defaults",), self.defaults),
        ):
            for table, values in ((path, layer), ((*path, "space"), layer.space)):
                if (value := getattr(values, key, None)) is not None:
                    return (*table, key), value
        return (*own, key), None
