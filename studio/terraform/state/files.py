"""Reads Terraform's state files; refuses one in the format of a newer Terraform."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, ValidationError

from catalog.names import DEPLOYMENT_TAG
from settings import UserError
from settings.errors import cut, dotted, show

STATE, UNFINISHED = ".tfstate", ".unfinished"
"""The endings of a state, and of a mark that its last run has not ended."""

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

    @property
    def deployment(self) -> str | None:
        """The deployment that its tags name."""
        for key in ("tags_all", "tags"):
            tags = self.attributes.get(key)
            if isinstance(tags, dict) and isinstance(name := tags.get(DEPLOYMENT_TAG), str):
                return name
        return None


class _Output(BaseModel):
    value: Any


class _Attributes(BaseModel, extra="allow"):
    id: str | None = None


class _Instance(BaseModel):
    attributes: _Attributes
    index_key: str | int | None = None
    status: str | None = None


class _Block(BaseModel):
    mode: Literal["managed", "data"]
    type: _Name
    name: _Name
    instances: list[_Instance]

    def managed(self) -> Iterator[Resource]:
        for one in self.instances if self.mode == "managed" else ():
            index = json.dumps(one.index_key, ensure_ascii=False)
            yield Resource(
                kind=self.type,
                address=f"{self.type}.{self.name}",
                attributes=dict(one.attributes),
                index="" if one.index_key is None else f"[{index}]",
                tainted=one.status == "tainted",
            )


class StateFile(BaseModel, frozen=True):
    """A state as Terraform 0.12 and later write it.

    Source of the format: hashicorp/terraform, internal/states/statefile/version4.go.
    """

    version: Literal[4]
    lineage: Annotated[str, Field(min_length=1)]
    serial: Annotated[int, Field(ge=0, lt=2**63)]
    outputs_: dict[str, _Output] = Field({}, alias="outputs")
    resources_: list[_Block] = Field([], alias="resources")

    @cached_property
    def outputs(self) -> dict[str, Any]:
        """The values of the outputs."""
        return {name: output.value for name, output in self.outputs_.items()}

    @cached_property
    def resources(self) -> tuple[Resource, ...]:
        """The managed resources of all modules."""
        return tuple(resource for block in self.resources_ for resource in block.managed())

    @classmethod
    def parse(cls, content: bytes, name: str) -> "StateFile":
        """Read a state. name: its file or stack, in messages. Raises UserError if it is not one."""
        try:
            return cls.model_validate_json(content, strict=True)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
        match first:
            case {"loc": ("version",), "input": int(version)} if version > 4:
                raise UserError(
                    f"{name}: state version {show(version)}, from a newer Terraform; this "
                    "program reads version 4: use a newer version of the project"
                )
        where = f"{dotted(first['loc'])}: " if first["loc"] else ""
        raise UserError(
            f"{name}: not a Terraform state: {cut(where + first['msg'])}; restore it from its "
            "backup (.backup beside it, or an earlier version in the bucket); without a backup, "
            "delete it and run `studio state adopt`"
        )
