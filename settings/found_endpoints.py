"""The record of existing endpoints, for `network.endpoints = "create-missing"`.

A synthesis calls no AWS API, so it reads from this file which endpoints not to create. Commands
write the file beside the settings file; users commit it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from catalog.endpoint_services import SERVICES
from settings.errors import SettingsError
from settings.fields import Section
from settings.files import read_toml, write_atomically
from settings.network import VpcIdOrEmpty

_HEAD = """\
# The existing endpoints of the VPC, by service: written by `studio plan`, `up` and `resume`.
# Commit it. If an endpoint was deleted, delete its line, and `studio up` creates one.
"""


class _File(Section):
    vpc_id: VpcIdOrEmpty
    endpoints: dict[str, Annotated[str, Field(pattern="^vpce-[0-9a-f]{8,17}$")]]


@dataclass(frozen=True)
class FoundEndpoints:
    """The file at ``path``.

    ids: by the short name of the service; None without a file, or with one of another VPC.
    """

    path: Path
    vpc_id: str
    ids: Mapping[str, str] | None

    @classmethod
    def load(cls, path: Path, *, vpc_id: str) -> "FoundEndpoints":
        """The record of the endpoints in a VPC. Raises SettingsError if it cannot be read."""
        if not path.exists():
            return cls(path, vpc_id, None)
        try:
            found = _File.model_validate(read_toml(path, path.name))
        except ValidationError:
            found = None
        if found is None or not set(found.endpoints) <= set(SERVICES):
            raise SettingsError(
                f"{path.name}: invalid content: delete the file, and `studio plan` or `studio up` "
                "writes it again"
            )
        return cls(path, vpc_id, found.endpoints if found.vpc_id == vpc_id else None)

    def save(self, ids: Mapping[str, str]) -> bool:
        """Write the ids if they differ; returns whether they did."""
        if ids == self.ids:
            return False
        lines = [f'vpc_id = "{self.vpc_id}"', "[endpoints]"]
        lines += [f'"{service}" = "{id_}"' for service, id_ in ids.items()]
        write_atomically(self.path, (_HEAD + "\n".join(lines) + "\n").encode())
        return True
