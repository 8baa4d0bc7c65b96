"""The permissions that a request requires, as text."""

from collections.abc import Iterable

from studio_emulator.authorization.permissions import Permission
from studio_emulator.call import Call
from tests.emulator.samples import ACCOUNT


def required(operation: str, permissions: Iterable[Permission], call: Call) -> list[str]:
    """`ACTION RESOURCE` of each permission, or RESOURCE for the action of the operation itself.

    The ARNs of the account have no beginning: `document/team`.
    """
    found = []
    for each in permissions:
        service, _, action = each.action.partition(":")
        region = "" if service == "iam" else call.region
        resource = each.resources[0].removeprefix(f"arn:aws:{service}:{region}:{ACCOUNT}:")
        found.append(resource if action == operation else f"{each.action} {resource}")
    return found
