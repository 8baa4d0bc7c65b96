"""Tags of Studio's resources, their number and their keys; moto has those of other resources."""

from studio_emulator.call import Answer, Call, Params
from studio_emulator.moto_internals.resources import sagemaker_resource
from studio_emulator.studio.refusals import invalid
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


def set_tags(state: Store, arn: str, tags: list[dict[str, str]] | None) -> None:
    """Set the tags of a resource being created, from a request's Tags.

    Raises ValidationException for a duplicate key and for the prefix `aws:`.
    """
    state.tags[arn] = _checked(tags or [])


def add_tags(params: Params, call: Call) -> Answer | None:
    """AddTags, at most 50 on a resource; None for a resource of moto."""
    arn, held = params["ResourceArn"], _tags_of(params, call)
    if held is None:
        return None
    given = _checked(params["Tags"])
    if len(held | given) > LIMIT:
        raise invalid(f"A resource can have at most {LIMIT} tags: {arn} has {len(held)}.")
    held |= given
    return {"Tags": _listed(held)}


def list_tags(params: Params, call: Call) -> Answer | None:
    """ListTags: all tags, as a page has at least 50; None for a resource of moto."""
    held = _tags_of(params, call)
    return None if held is None else {"Tags": _listed(held)}


def delete_tags(params: Params, call: Call) -> Answer | None:
    """DeleteTags; ignores unknown keys; None for a resource of moto."""
    held = _tags_of(params, call)
    if held is None:
        return None
    for key in params["TagKeys"]:
        held.pop(key, None)
    return {}


def _tags_of(params: Params, call: Call) -> dict[str, str] | None:
    """The tags of the requested resource; None for a type that this package does not emulate.

    ValidationException if it does not exist. A deleted app has no tags:
    https://github.com/aws/amazon-sagemaker-feedback/issues/108
    """
    arn, state = params["ResourceArn"], store(call)
    if arn.split(":", 5)[-1].split("/")[0] not in _TYPES:
        if sagemaker_resource(call.backend("sagemaker"), arn) is None:
            raise invalid(f"Resource {arn} does not exist.")
        return None
    if not any(r.arn == arn and r.status != "Deleted" for r in state.resources()):
        raise invalid(f"The resource {arn} does not exist.")
    return state.tags.setdefault(arn, {})


def _checked(tags: list[dict[str, str]]) -> dict[str, str]:
    given: dict[str, str] = {}
    for tag in tags:
        key = tag["Key"]
        if key in given:
            raise invalid(f"Duplicate tag key found: {key}")
        if key.lower().startswith("aws:"):
            raise invalid(f"Tag keys cannot start with aws: ({key})")
        given[key] = tag["Value"]
    return given


def _listed(tags: dict[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]
