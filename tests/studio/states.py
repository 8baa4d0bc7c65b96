"""States, plans and errors as Terraform writes them."""

import json
from typing import Any

from studio.terraform.state.files import Resource, StateFile


def state_of(kind: str, *instances: dict[str, Any], name: str = "one", **more: Any) -> str:
    """A state with one resource, as ``resource`` makes it."""
    return state_with(resource(kind, *instances, name=name, **more))


def state_with(*resources: dict[str, Any], **more: Any) -> str:
    """A state with these resources. more: other members than the usual ones."""
    document = {"version": 4, "lineage": "one", "serial": 3, "outputs": {}, **more}
    return json.dumps({**document, "resources": resources})


def resource(
    kind: str, *instances: dict[str, Any], name: str = "one", **more: Any
) -> dict[str, Any]:
    """A resource whose instances have these attributes. more: of each instance."""
    found = [{"attributes": attributes, **more} for attributes in instances]
    return {"mode": "managed", "type": kind, "name": name, "instances": found}


def tainted_resources(
    kind: str, attributes: dict[str, Any], *, name: str = "one"
) -> list[Resource]:
    """The resources of a state with one tainted resource, as the product reads them."""
    state = state_of(kind, attributes, name=name, status="tainted")
    return list(StateFile.parse(state.encode(), "x.tfstate").resources)


def planned(address: str, **change: Any) -> dict[str, Any]:
    """A planned change of a resource. change: actions, before, after, after_unknown."""
    kind = address.partition(".")[0]
    return {"address": address, "mode": "managed", "type": kind, "change": change}


def error(summary: str = "no", **more: str) -> str:
    """The line of an error with -json. more: members of the diagnostic, such as ``detail``."""
    diagnostic = {"severity": "error", "summary": summary, "detail": "", **more}
    event = {"@message": f"Error: {summary}", "type": "diagnostic", "diagnostic": diagnostic}
    return json.dumps(event)


def plan_with(*changes: dict[str, Any], **more: Any) -> str:
    return json.dumps({"format_version": "1.2", "resource_changes": changes, **more})
