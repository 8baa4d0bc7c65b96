"""The roles and users in the policies of resources, which must exist."""

import re
from collections.abc import Iterable
from typing import Any

from studio_emulator.call import Call
from studio_emulator.iam.conditions import as_list

_FORM = re.compile(r"\*|\d{12}|arn:aws[a-z-]*:(iam|sts)::(\d{12}|cloudfront):.+|A[A-Z0-9]{15,}")
"""https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html"""
IDENTITY = re.compile(r"arn:aws[a-z-]*:iam::(\d{12}):(role|user)/(.+)")


def absent(statements: Iterable[dict[str, Any]], call: Call) -> list[str]:
    """The names in a policy that are no principals, or absent roles or users of the account."""
    return [
        arn
        for statement in statements
        for element in ("Principal", "NotPrincipal")
        for arn in _named(statement.get(element))
        if not (_FORM.fullmatch(arn) and exists(arn, call))
    ]


def exists(arn: str, call: Call) -> bool:
    """False for a role or user of the account that does not exist; True for other principals."""
    match = IDENTITY.fullmatch(arn)
    if match is None or match[1] != call.account:
        return True
    iam = call.backend("iam")
    return any(each.arn == arn for each in (*iam.roles.values(), *iam.users.values()))


def _named(principal: Any) -> list[str]:
    named = as_list(principal.get("AWS")) if isinstance(principal, dict) else []
    return [arn for arn in named if isinstance(arn, str)]
