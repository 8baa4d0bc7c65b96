"""Terraform's state files."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from settings import UserError
from settings.errors import cut, dotted, show

LARGEST = 200_000_000
"""Bytes. The state of a hundred users has about one million."""

_VERSION: Final = 4
_Name = Annotated[str, Field(pattern=r"^[\w-]+$", max_length=500)]
"""Terraform's names of types and resources."""


@dataclass(frozen=True, kw_only=True)
class Resource:
    """A resource that Terraform manages. kind: its type, ``aws_vpc``.

    address: without the index. attributes: ``id``, if present, is a string or None. index: of an
    instance, ``["a"]``. tainted: its creation failed.
    """

    kind: str
    address: str
    attributes: dict[str, Any]
    index: str = ""
    tainted: bool = False


@dataclass(frozen=True, kw_only=True)
class StateFile:
    """A state as Terraform 0.12 and later write it.

    content: the file itself. lineage, serial: as Terraform defines them. outputs: their values.
    resources: the managed ones of all modules.
    """

    content: bytes
    lineage: str
    serial: int
    outputs: dict[str, Any]
    resources: tuple[Resource, ...]

    @classmethod
    def parse(cls, content: bytes, name: str) -> "StateFile":
        """Read a state. name: of its file, in messages. Raises UserError if it is not a state."""
        if len(content) > LARGEST:
            raise UserError(f"{cut(name)}: larger than {LARGEST:,} bytes, so it is not a state")
        try:
            document = _Document.model_validate_json(content)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            version = first["input"] if first["loc"] == ("version",) else None
            if type(version) is int and version > _VERSION:
                raise UserError(
                    f"{cut(name)}: state version {show(version)}, from a newer Terraform; this "
                    f"program reads version {_VERSION}: use a newer version of the project"
                ) from None
            where = f"{dotted(first['loc'])}: " if first["loc"] else ""
            raise UserError(
                f"{cut(name)}: not a Terraform state: {cut(where + first['msg'])}; restore it from "
                "its backup (.backup beside it, or an earlier version in the bucket); without a "
                "backup, delete it and run `studio state adopt`"
            ) from None
        return cls(
            content=content,
            lineage=document.lineage,
            serial=document.serial,
            outputs={key: output.value for key, output in document.outputs.items()},
            resources=tuple(document.managed()),
        )


class _Part(BaseModel):
    """Source of the format: hashicorp/terraform, internal/states/statefile/version4.go."""

    model_config = ConfigDict(strict=True)


class _Output(_Part):
    value: Any


class _Attributes(_Part, extra="allow"):
    id: str | None = None


class _Instance(_Part):
    attributes: _Attributes
    index_key: str | int | None = None
    status: str | None = None


class _Resource(_Part):
    mode: Literal["managed", "data"]
    type: _Name
    name: _Name
    instances: list[_Instance]


class _Document(_Part):
    version: Literal[4]
    lineage: Annotated[str, Field(min_length=1)]
    serial: Annotated[int, Field(ge=0, lt=2**63)]
    outputs: dict[str, _Output] = {}
    resources: list[_Resource] = []

    def managed(self) -> Iterator[Resource]:
        for resource in self.resources:
            for one in resource.instances if resource.mode == "managed" else ():
                index = json.dumps(one.index_key, ensure_ascii=False)
                yield Resource(
                    kind=resource.type,
                    address=f"{resource.type}.{resource.name}",
                    attributes=dict(one.attributes),
                    index="" if one.index_key is None else f"[{index}]",
                    tainted=one.status == "tainted",
                )
