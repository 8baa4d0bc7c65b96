"""States as Terraform writes them."""

import json
from typing import Any

from studio.terraform.state.files import Resource, StateFile


def state_of(kind: str, *instances: dict[str, Any], name: str = "one", **more: str) -> str:
    """A state with one resource, whose instances have these attributes. more: of each instance."""
    found = [{"attributes": attributes, **more} for attributes in instances]
    resource = {"mode": "managed", "type": kind, "name": name, "instances": found}
    document = {"version": 4, "lineage": "one", "serial": 3, "outputs": {}}
    return json.dumps({**document, "resources": [resource]})


def tainted_resources(
    kind: str, attributes: dict[str, Any], *, name: str = "one"
) -> list[Resource]:
    """The resources of a state with one tainted resource, as the product reads them."""
    state = state_of(kind, attributes, name=name, status="tainted")
    return list(StateFile.parse(state.encode(), "x.tfstate").resources)
