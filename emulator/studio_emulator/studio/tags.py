"""Tags of Studio's resources."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from studio_emulator.errors import AwsError
from studio_emulator.studio.call import Call
from studio_emulator.studio.store import Store, store

LIMIT = 50
_TYPES = frozenset(
    {
        "domain",
        "user-profile",
        "space",
        "app",
        "image",
        "image-version",
        "app-image-config",
        "studio-lifecycle-config",
    }
)


def owns(arn: str) -> bool:
    """Whether the ARN names one of Studio's resources, and not one of moto's SageMaker."""
    return arn.split(":", 5)[-1].split("/")[0] in _TYPES


def add_tags(params: dict[str, Any], call: Call) -> dict[str, Any] | None:
    """AddTags: adds and overwrites, at most 50 on a resource; None: it is one of moto's."""
    arn, given = params["ResourceArn"], params["Tags"]
    if not owns(arn):
        return None
    state = _holding(arn, call)
    held = state.tags.get(arn, {})
    if len(held.keys() | {tag["Key"] for tag in given}) > LIMIT:
        raise AwsError(
            "ValidationException",
            f"A resource can have at most {LIMIT} tags: {arn} has {len(held)}.",
        )
    state.tag(arn, given)
    state.tags[arn] = held | state.tags[arn]
    return {"Tags": _listed(state, arn)}


def list_tags(params: dict[str, Any], call: Call) -> dict[str, Any] | None:
    """ListTags: always all of them, since a page has at least 50."""
    arn = params["ResourceArn"]
    if not owns(arn):
        return None
    return {"Tags": _listed(_holding(arn, call), arn)}


def delete_tags(params: dict[str, Any], call: Call) -> dict[str, Any] | None:
    """DeleteTags; keys that the resource does not have do not matter."""
    arn = params["ResourceArn"]
    if not owns(arn):
        return None
    state = _holding(arn, call)
    for key in params["TagKeys"]:
        state.tags.get(arn, {}).pop(key, None)
    return {}


def _holding(arn: str, call: Call) -> Store:
    """The store with that resource; AWS knows no tags of a deleted app any more.

    https://github.com/aws/amazon-sagemaker-feedback/issues/108
    """
    state = store(call)
    if not any(r.arn == arn and r.status != "Deleted" for r in state.resources()):
        raise AwsError("ValidationException", f"The resource {arn} does not exist.")
    return state


def _listed(state: Store, arn: str) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in state.tags.get(arn, {}).items()]


OPERATIONS: Mapping[str, Callable[[dict[str, Any], Call], dict[str, Any] | None]] = {
    "AddTags": add_tags,
    "ListTags": list_tags,
    "DeleteTags": delete_tags,
}
