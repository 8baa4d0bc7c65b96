"""Managed nodes: registration, connection, filters; tags, at most 50; deregistration."""

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from studio_emulator.call import Answer, Call, Params
from studio_emulator.errors import AwsError
from studio_emulator.runtime import running_apps
from studio_emulator.sessions.open_sessions import end_sessions_of
from studio_emulator.ssm import activations
from studio_emulator.ssm.store import STORES, Node, page, store

AGENT_VERSION = "3.3.4121.0"
MOST_TAGS = 50
_KIND = "ManagedInstance"


def register_node(activation_id: str, *, code: str, now: float, name: str = "") -> str:
    """Register a node with an activation at `now` (epoch seconds); returns its id, `mi-...`.

    The node gets the activation's tags. Raises the errors of `activations.usable`.
    """
    here, activation = activations.usable(activation_id, code=code, now=now)
    activation.nodes += 1
    node = Node(
        id=f"mi-{secrets.token_hex(9)[:17]}",
        activation=activation.id,
        role=activation.role,
        name=name or activation.members.get("DefaultInstanceName", ""),
        registered=now,
        tags=dict(activation.tags),
    )
    here.nodes[node.id] = node
    return node.id


def has_node(node_id: str) -> bool:
    """Whether a node with this id is registered, in any account and region."""
    return any(node_id in held.nodes for held in STORES.values())


def set_online(node_id: str, *, online: bool) -> None:
    """Connect or disconnect a node's agent; AwsError InvalidInstanceId for an unknown node."""
    here = next((p for p in STORES.values() if node_id in p.nodes), None)
    if here is None:
        raise AwsError("InvalidInstanceId", f"Instance {node_id} is not registered.")
    here.nodes[node_id].online = online
    if not online:
        end_sessions_of(node_id, reason=f"{node_id} lost its connection.")


def describe_instance_information(params: Params, call: Call) -> Answer:
    """DescribeInstanceInformation, with either form of filters."""
    found = list(store(call).nodes.values())
    old = [(f["key"], f["valueSet"]) for f in params.get("InstanceInformationFilterList", [])]
    new = [(f["Key"], f["Values"]) for f in params.get("Filters", [])]
    if old and new:
        raise AwsError(
            "InvalidFilterKey", "Use InstanceInformationFilterList or Filters, not both."
        )
    for key, values in old + new:
        value_of = _filter(key)
        found = [node for node in found if not value_of(node).isdisjoint(values)]
    shown = (_shown(node, call) for node in found)
    key = ("RegistrationDate", "InstanceId")
    return page(shown, params, "InstanceInformationList", key=key)


def deregister_managed_instance(params: Params, call: Call) -> Answer:
    if store(call).nodes.pop(params["InstanceId"], None) is None:
        raise AwsError("InvalidInstanceId", f"Instance {params['InstanceId']} is not registered.")
    end_sessions_of(
        params["InstanceId"], reason=f"{params['InstanceId']} is not registered any more."
    )
    running_apps.stop(params["InstanceId"])
    running_apps.delete_home(params["InstanceId"])
    return {}


def add_tags_to_resource(params: Params, call: Call) -> Answer | None:
    """AddTagsToResource; None for all other resource types, whose tags moto stores."""
    if params["ResourceType"] != _KIND:
        return None
    given = {tag["Key"]: tag["Value"] for tag in params["Tags"]}
    tags = _node(params, call).tags
    if len(tags.keys() | given.keys()) > MOST_TAGS:
        raise AwsError("TooManyTagsError", f"A resource can have at most {MOST_TAGS} tags.")
    tags |= given
    return {}


def remove_tags_from_resource(params: Params, call: Call) -> Answer | None:
    """RemoveTagsFromResource, as `add_tags_to_resource`."""
    if params["ResourceType"] != _KIND:
        return None
    tags = _node(params, call).tags
    for key in params["TagKeys"]:
        tags.pop(key, None)
    return {}


def list_tags_for_resource(params: Params, call: Call) -> Answer | None:
    """ListTagsForResource, as `add_tags_to_resource`."""
    if params["ResourceType"] != _KIND:
        return None
    tags = _node(params, call).tags
    return {"TagList": [{"Key": key, "Value": value} for key, value in tags.items()]}


def _filter(key: str) -> Callable[[Node], set[str]]:
    """The node's values for a filter key; AwsError InvalidFilterKey for an unknown key."""
    if key.startswith("tag:"):
        name = key.removeprefix("tag:")
        return lambda node: {node.tags[name]} if name in node.tags else set()
    if key not in _FILTERS:
        raise AwsError("InvalidFilterKey", f"The filter key {key} is not valid.")
    return _FILTERS[key]


def _shown(node: Node, call: Call) -> dict[str, Any]:
    return {
        "InstanceId": node.id,
        "PingStatus": _ping(node),
        "LastPingDateTime": call.clock.now() if node.online else node.registered,
        "AgentVersion": AGENT_VERSION,
        "IsLatestVersion": True,
        "PlatformType": "Linux",
        "ActivationId": node.activation,
        "IamRole": node.role,
        "RegistrationDate": node.registered,
        "ResourceType": _KIND,
        "SourceId": node.id,
        "SourceType": "AWS::SSM::ManagedInstance",
        **({"Name": node.name} if node.name else {}),
    }


def _ping(node: Node) -> str:
    return "Online" if node.online else "ConnectionLost"


def _node(params: Params, call: Call) -> Node:
    node = store(call).nodes.get(params["ResourceId"])
    if node is None:
        raise AwsError("InvalidResourceId", f"{_KIND} {params['ResourceId']} does not exist.")
    return node


_FILTERS: Mapping[str, Callable[[Node], set[str]]] = {
    "InstanceIds": lambda node: {node.id},
    "ActivationIds": lambda node: {node.activation},
    "IamRole": lambda node: {node.role},
    "PingStatus": lambda node: {_ping(node)},
    "AgentVersion": lambda _: {AGENT_VERSION},
    "PlatformTypes": lambda _: {"Linux"},
    "ResourceType": lambda _: {_KIND},
    "AssociationStatus": lambda _: set(),
    "tag-key": lambda node: set(node.tags),
}
