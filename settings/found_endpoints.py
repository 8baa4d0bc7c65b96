"""The record of the endpoints that `network.endpoints = "create-missing"` leaves to others.

A synthesis, which calls no AWS API, reads from it which endpoints a deployment does not make. Like
the record of versions it lies beside the settings file, is written by commands, and is committed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from catalog.endpoint_services import SERVICES
from settings.errors import SettingsError
from settings.fields import VpcIdOrEmpty
from settings.files import read_toml, write_whole
from settings.sections import Section

_HEAD = """\
# The endpoints in the VPC that others made, by service: written by `studio plan` and `studio up`.
# Commit it. An endpoint that is gone: delete its line, and `studio up` creates one.
"""


class _File(Section):
    vpc_id: VpcIdOrEmpty
    endpoints: dict[str, Annotated[str, Field(pattern="^vpce-[0-9a-f]{8,17}$")]]


@dataclass(frozen=True)
class FoundEndpoints:
    """The file at ``path``; ids: by the short name of the service, None where there is no file.

    A file about another VPC counts as none.
    """

    path: Path
    vpc_id: str
    ids: Mapping[str, str] | None

    @classmethod
    def load(cls, path: Path, *, vpc_id: str) -> "FoundEndpoints":
        """The record of the endpoints in a VPC. Raises SettingsError where it cannot be read."""
        if not path.exists():
            return cls(path, vpc_id, None)
        try:
            found = _File.model_validate(read_toml(path, path.name))
        except ValidationError:
            found = None
        if found is None or not set(found.endpoints) <= set(SERVICES):
            raise SettingsError(
                f"{path.name}: not what was written there: delete it, and `studio plan` or "
                "`studio up` writes it again"
            )
        return cls(path, vpc_id, found.endpoints if found.vpc_id == vpc_id else None)

    def save(self, ids: Mapping[str, str]) -> bool:
        """Write these ids if they differ; whether they did."""
        if ids == self.ids:
            return False
        lines = [f'vpc_id = "{self.vpc_id}"', "[endpoints]"]
        lines += [f'"{service}" = "{id_}"' for service, id_ in ids.items()]
        write_whole(self.path, _HEAD + "\n".join(lines) + "\n")
        return True
