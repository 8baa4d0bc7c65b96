"""ARNs, also of a user with capital letters, and IAM's documents, from statements with reasons."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Conditions = Mapping[str, Mapping[str, str | tuple[str, ...]]]

# Escapes IAM's variables for Terraform; tokens of cdktf stay as they are.
_POLICY_VARIABLE = re.compile(r"\$\{(?!TfToken\[)")


@dataclass(frozen=True, kw_only=True)
class Account:
    """An AWS account in one region; the parts may be Terraform tokens."""

    partition: str
    region: str
    id: str

    def arn(self, service: str, resource: str) -> str:
        """The ARN of a resource in this account and region; ``*`` in it is IAM's wildcard."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.id}:{resource}"

    def arns(self, service: str, *resources: str) -> tuple[str, ...]:
        """The ARNs of several resources of one service."""
        return tuple(self.arn(service, resource) for resource in resources)

    def of_user(self, before: str, user: str, after: str = "") -> tuple[str, ...]:
        """The ARNs of resources named after a user profile, also with the name in lower case.

        SageMaker ignores the case of names, and does not document their case in ARNs.
        """
        names = dict.fromkeys((user, user.lower()))
        return self.arns("sagemaker", *(f"{before}{name}{after}" for name in names))

    def role_arn(self, name: str) -> str:
        """The ARN of a role without a path."""
        return f"arn:{self.partition}:iam::{self.id}:role/{name}"

    def bucket_arn(self, bucket: str, objects: str = "") -> str:
        """The ARN of a bucket, or of the objects in it that match ``objects``."""
        return f"arn:{self.partition}:s3:::{bucket}" + (f"/{objects}" if objects else "")

    @property
    def sagemaker_bucket(self) -> str:
        """The default bucket of the SageMaker SDK."""
        return sagemaker_bucket(self.region, self.id)


def sagemaker_bucket(region: str, account: str) -> str:
    """The default bucket of the SageMaker SDK in a region of an account."""
    return f"sagemaker-{region}-{account}"


@dataclass(frozen=True, kw_only=True)
class Statement:
    """A statement of a policy, and its reason.

    resources: ARNs; ``("*",)`` only for actions without a resource in IAM; none in a trust policy.
    conditions, principal: as in IAM's JSON. IAM's variables, such as ``${aws:userid}``: as in IAM.
    """

    sid: str
    why: str
    actions: tuple[str, ...]
    resources: tuple[str, ...] = ()
    conditions: Conditions = field(default_factory=dict)
    effect: Literal["Allow", "Deny"] = "Allow"
    principal: Mapping[str, str] = field(default_factory=dict)

    def element(self) -> dict[str, Any]:
        """The statement as an element of IAM's JSON, values in alphabetical order."""
        element: dict[str, Any] = {"Sid": self.sid, "Effect": self.effect}
        if self.principal:
            element["Principal"] = dict(sorted(self.principal.items()))
        element["Action"] = _one_or_more(self.actions)
        if self.resources:
            element["Resource"] = _one_or_more(self.resources)
        if self.conditions:
            element["Condition"] = {
                operator: {
                    key: value if isinstance(value, str) else _one_or_more(value)
                    for key, value in sorted(keys.items())
                }
                for operator, keys in sorted(self.conditions.items())
            }
        return element


def document(statements: Iterable[Statement]) -> str:
    """The policy document in JSON, ready for a Terraform argument.

    Raises ValueError when two statements have the same Sid, which IAM refuses.
    """
    elements = [statement.element() for statement in statements]
    sids = [element["Sid"] for element in elements]
    if twice := sorted({sid for sid in sids if sids.count(sid) > 1}):
        raise ValueError(f"statements with the same Sid: {', '.join(twice)}")
    text = json.dumps({"Version": "2012-10-17", "Statement": elements}, separators=(",", ":"))
    return _POLICY_VARIABLE.sub("$${", text)


def _one_or_more(values: tuple[str, ...]) -> str | list[str]:
    return values[0] if len(values) == 1 else sorted(values)
