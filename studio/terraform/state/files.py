"""What is in one of Terraform's state files."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from settings import UserError
from settings.errors import cut

LARGEST = 200_000_000
"""Bytes. The state of a hundred users has about one million."""

_VERSION = 4
_NAME = re.compile(r"[\w-]{1,500}")
"""What Terraform lets a type or a resource be called."""


@dataclass(frozen=True, kw_only=True)
class Resource:
    """A resource that Terraform manages. kind: its type, ``aws_vpc``.

    address: how Terraform's commands call it. attributes: of any kind, but ``id``, where it is
    there, is text or None. index: what follows the address of one of several, ``["a"]``. tainted:
    its provider did not finish making it.
    """

    kind: str
    address: str
    attributes: dict[str, Any]
    index: str = ""
    tainted: bool = False


@dataclass(frozen=True, kw_only=True)
class StateFile:
    """A state as Terraform 0.12 and later write it.

    content: the file as it is. lineage: the same for all states that stem from one another.
    serial: grows with each of them. outputs: the value of each output. resources: of all modules.
    """

    content: bytes
    lineage: str
    serial: int
    outputs: dict[str, Any]
    resources: tuple[Resource, ...]

    @classmethod
    def parse(cls, content: bytes, name: str) -> "StateFile":
        """Read it; ``name`` is how messages call the file. Raises UserError for what is no state.

        Source of the format: hashicorp/terraform, internal/states/statefile/version4.go.
        """
        if len(content) > LARGEST:
            raise UserError(f"{cut(name)}: larger than {LARGEST:,} bytes, that cannot be a state")
        try:
            document = json.loads(content)
        except (ValueError, RecursionError):
            raise _broken(name, "it is cut short or no JSON") from None
        if not isinstance(document, dict):
            raise _broken(name, "it is no JSON object")
        version, lineage, serial = (document.get(key) for key in ("version", "lineage", "serial"))
        if type(version) is int and version > _VERSION:
            raise UserError(
                f"{cut(name)}: version {version} of Terraform's states; this program reads version "
                f"{_VERSION}: a newer Terraform wrote it, a newer version of the project reads it"
            )
        if type(version) is not int or version != _VERSION:
            raise _broken(name, f"its version is not {_VERSION}")
        if not isinstance(lineage, str) or not lineage or not lineage.isprintable():
            raise _broken(name, "it has no lineage")
        if type(serial) is not int or not 0 <= serial < 2**63:
            raise _broken(name, "it has no serial number")
        resources, outputs = document.get("resources", []), document.get("outputs", {})
        if not isinstance(resources, list) or not isinstance(outputs, dict):
            raise _broken(name, "its resources or outputs are not what Terraform writes")
        values = {}
        for key, output in outputs.items():
            if not isinstance(output, dict) or "value" not in output:
                raise _broken(name, "an output has no value")
            values[key] = output["value"]
        return cls(
            content=content,
            lineage=lineage,
            serial=serial,
            outputs=values,
            resources=tuple(_managed(resources, name)),
        )


def _managed(resources: list[Any], name: str) -> Iterator[Resource]:
    for resource in resources:
        match resource:
            case {
                "mode": "managed",
                "type": str(kind),
                "name": str(named),
                "instances": list(instances),
            } if _NAME.fullmatch(kind) and _NAME.fullmatch(named):
                for instance in instances:
                    match instance:
                        case {"attributes": dict(attributes)}:
                            if not isinstance(attributes.get("id"), str | None):
                                raise _broken(name, f"an id (of a {cut(kind)}) is no text")
                            yield Resource(
                                kind=kind,
                                address=f"{kind}.{named}",
                                attributes=attributes,
                                index=_index(instance),
                                tainted=instance.get("status") == "tainted",
                            )
                        case _:
                            raise _broken(name, f"a resource ({cut(kind)}) has no attributes")
            case {"mode": "data"}:
                pass
            case _:
                raise _broken(name, "its resources are not what Terraform writes")


def _index(instance: dict[str, Any]) -> str:
    if "index_key" not in instance:
        return ""
    return f"[{json.dumps(instance['index_key'], ensure_ascii=False)}]"


def _broken(name: str, why: str) -> UserError:
    return UserError(
        f"{cut(name)}: not a state of Terraform's: {why}; take the last good one from its backup "
        "(.backup beside it, or the bucket's earlier version); if there is none, delete this one "
        "and run `studio state adopt`"
    )
