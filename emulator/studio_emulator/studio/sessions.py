"""Remote sessions from a person's own editor to a running space."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from studio_emulator import sessions
from studio_emulator.errors import AwsError
from studio_emulator.iam import Context
from studio_emulator.studio.call import Call
from studio_emulator.studio.lifecycle import Resource
from studio_emulator.studio.store import Store, store

_APP_TYPES = ("JupyterLab", "CodeEditor")


def start_session(params: dict[str, Any], call: Call) -> dict[str, Any]:
    """StartSession to a space, which needs RemoteAccess ENABLED and its app InService.

    https://docs.aws.amazon.com/sagemaker/latest/dg/remote-access-remote-setup.html
    """
    arn, state = params["ResourceIdentifier"], store(call)
    space = next((space for space in state.spaces.values() if space.arn == arn), None)
    call.check("sagemaker:StartSession", arn, _context(arn, space, call))
    if space is None:
        raise AwsError("ResourceNotFound", f"The space {arn} does not exist.")
    if space.data.get("SpaceSettings", {}).get("RemoteAccess") != "ENABLED":
        raise AwsError("ValidationException", f"Remote access is not enabled for space {arn}.")
    if not _has_app(state, space):
        raise AwsError("ValidationException", f"The space {arn} has no app that is InService.")
    return sessions.begin(call, service="sagemaker", target=arn)


def _context(arn: str, space: Resource | None, call: Call) -> Context:
    """The space's tags, with those that SageMaker itself gives a private one.

    https://docs.aws.amazon.com/sagemaker/latest/dg/remote-access-remote-setup-abac.html
    """
    tags = dict(store(call).tags.get(arn, {}))
    if space is not None:
        domain = space.data["DomainId"]
        tags["sagemaker:domain-arn"] = call.arn(f"domain/{domain}")
        owner = space.data.get("OwnershipSettings", {}).get("OwnerUserProfileName")
        if owner:
            tags["sagemaker:user-profile-arn"] = call.arn(f"user-profile/{domain}/{owner.lower()}")
    return {
        f"{prefix}:ResourceTag/{key}": value
        for prefix in ("aws", "sagemaker")
        for key, value in tags.items()
    }


def _has_app(state: Store, space: Resource) -> bool:
    return any(
        app.status == "InService"
        and app.data["AppType"] in _APP_TYPES
        and app.data["DomainId"] == space.data["DomainId"]
        and app.data.get("SpaceName", "").lower() == space.name.lower()
        for app in state.apps.values()
    )


OPERATIONS: Mapping[str, Callable[[dict[str, Any], Call], dict[str, Any]]] = {
    "StartSession": start_session,
}
