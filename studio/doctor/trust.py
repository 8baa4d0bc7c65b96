"""What a role's trust policy lets SageMaker do, judged here: IAM simulates no trust policies."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from settings import UserError

SAGEMAKER = "sagemaker.amazonaws.com"

_OPERATOR = re.compile(r"(?P<kind>StringEquals|StringLike|ArnEquals|ArnLike)(IfExists)?")


def trusts(document: Mapping[str, Any], action: str, request: Mapping[str, str]) -> bool:
    """Whether SageMaker may do ``action`` (as ``sts:AssumeRole``) in a request with these keys.

    document: a trust policy as boto3 decodes it. Raises UserError for a condition that cannot be
    judged here.
    """
    effects = {
        statement["Effect"]
        for statement in _listed(document["Statement"])
        if _is_about(statement, action) and _holds(statement.get("Condition", {}), request)
    }
    return effects == {"Allow"}


def _is_about(statement: Mapping[str, Any], action: str) -> bool:
    principal = statement.get("Principal", {})
    services = _listed(principal.get("Service", ())) if isinstance(principal, Mapping) else ["*"]
    return (SAGEMAKER in services or "*" in services) and any(
        _like(pattern.casefold(), action.casefold()) for pattern in _listed(statement["Action"])
    )


def _holds(conditions: Mapping[str, Mapping[str, Any]], request: Mapping[str, str]) -> bool:
    return all(_conditions(conditions, request))


def _conditions(
    conditions: Mapping[str, Mapping[str, Any]], request: Mapping[str, str]
) -> Iterator[bool]:
    known = {key.casefold(): value for key, value in request.items()}
    for operator, keys in conditions.items():
        judged = _OPERATOR.fullmatch(operator)
        for key, patterns in keys.items():
            value = known.get(key.casefold())
            if judged is None or value is None:
                raise UserError(
                    f"the trust policy has a condition that is not judged here: {operator} of {key}"
                )
            exact = judged["kind"] == "StringEquals"
            yield any(
                pattern == value if exact else _like(pattern, value)
                for pattern in _listed(patterns)
            )


def _like(pattern: str, text: str) -> bool:
    literal = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(literal, text, re.DOTALL) is not None


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]
