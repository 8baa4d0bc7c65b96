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
    given: dict[str, str] = {}
    for tag in tags or []:
        key = tag["Key"]
        if key in given:
            raise invalid(f"Duplicate tag key found: {key}")
        if key.lower().startswith("aws:"):
            raise invalid(f"Tag keys cannot start with aws: ({key})")
        given[key] = tag["Value"]
    state.tags[arn] = given


def _is_motos(arn: str, call: Call) -> bool:
    """Whether moto has the resource: it has the types that this package does not emulate."""
    if arn.split(":", 5)[-1].split("/")[0] in _TYPES:
        return False
    if sagemaker_resource(call.backend("sagemaker"), arn) is None:
        raise invalid(f"Resource {arn} does not exist.")
    return True


def add_tags(params: Params, call: Call) -> Answer | None:
    """AddTags, at most 50 on a resource; None for a resource of moto."""
    arn, given = params["ResourceArn"], params["Tags"]
    if _is_motos(arn, call):
        return None
    state = _store_of(arn, call)
    before = state.tags.get(arn, {})
    if len(before.keys() | {tag["Key"] for tag in given}) > LIMIT:
        raise invalid(f"A resource can have at most {LIMIT} tags: {arn} has {len(before)}.")
    set_tags(state, arn, given)
    state.tags[arn] = before | state.tags[arn]
    return {"Tags": _listed(state, arn)}


def list_tags(params: Params, call: Call) -> Answer | None:
    """ListTags: all tags, as a page has at least 50; None for a resource of moto."""
    arn = params["ResourceArn"]
    if _is_motos(arn, call):
        return None
    return {"Tags": _listed(_store_of(arn, call), arn)}


def delete_tags(params: Params, call: Call) -> Answer | None:
    """DeleteTags; ignores unknown keys; None for a resource of moto."""
    arn = params["ResourceArn"]
    if _is_motos(arn, call):
        return None
    state = _store_of(arn, call)
    for key in params["TagKeys"]:
        state.tags.get(arn, {}).pop(key, None)
    return {}


def _store_of(arn: str, call: Call) -> Store:
    """The store, if it has the resource; a deleted app has no tags.

    https://github.com/aws/amazon-sagemaker-feedback/issues/108
    """
    state = store(call)
    if not any(r.arn == arn and r.status != "Deleted" for r in state.resources()):
        raise invalid(f"The resource {arn} does not exist.")
    return state


def _listed(state: Store, arn: str) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in state.tags.get(arn, {}).items()]
