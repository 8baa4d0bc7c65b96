"""States as Terraform writes them."""

import json
from typing import Any


def state_of(kind: str, *instances: dict[str, Any]) -> str:
    """A state with one resource, whose instances have these attributes."""
    found = [{"attributes": attributes} for attributes in instances]
    resource = {"mode": "managed", "type": kind, "name": "one", "instances": found}
    document = {"version": 4, "lineage": "one", "serial": 3, "outputs": {}}
    return json.dumps({**document, "resources": [resource]})
