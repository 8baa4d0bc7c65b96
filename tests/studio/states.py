"""States as Terraform writes them."""

import json
from typing import Any

from studio.terraform.state.files import Resource, StateFile


def state_of(kind: str, *instances: dict[str, Any]) -> str:
    """A state with one resource, whose instances have these attributes."""
    found = [{"attributes": attributes} for attributes in instances]
    resource = {"mode": "managed", "type": kind, "name": "one", "instances": found}
    document = {"version": 4, "lineage": "one", "serial": 3, "outputs": {}}
    return json.dumps({**document, "resources": [resource]})


def tainted_resources(
    kind: str, attributes: dict[str, Any], *, name: str = "one"
) -> list[Resource]:
    """The resources of a state with one tainted resource, as the product reads them."""
    instances = [{"status": "tainted", "attributes": attributes}]
    found = {"mode": "managed", "type": kind, "name": name, "instances": instances}
    document = {"version": 4, "lineage": "one", "serial": 1, "resources": [found]}
    return list(StateFile.parse(json.dumps(document).encode(), "x.tfstate").resources)
