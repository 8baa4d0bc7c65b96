"""The caller of a request, by its access key: a user or an assumed role, and its permissions."""

from __future__ import annotations

import secrets
import string
from dataclasses import dataclass

from studio_emulator import iam
from studio_emulator.errors import AwsError
from studio_emulator.iam.policy import Decision, applying, decision, granting, statements
from studio_emulator.moto_internals import get_account_id_from, get_backend

_BECAUSE = {
    Decision.UNMENTIONED: "because no identity-based policy allows the {action} action",
    Decision.DENIED: "with an explicit deny in an identity-based policy",
}


@dataclass(frozen=True, kw_only=True)
class Caller:
    """A user, or a role's session; userid: as `aws:userid`; name: the user's or the session's.

    session_policy: the JSON that AssumeRole was given, or "".
    """

    arn: str
    userid: str
    name: str
    principal: iam.Role | iam.User
    session_policy: str = ""

    def check(self, action: str, resource: str, context: iam.Context | None = None) -> None:
        """AwsError AccessDeniedException, in AWS's words, where the caller may not.

        https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
        """
        decided = self.decide(action, resource, context)
        if decided is not Decision.ALLOWED:
            raise AwsError("AccessDeniedException", refusal_text(self, action, resource, decided))

    def decide(self, action: str, resource: str, context: iam.Context | None = None) -> Decision:
        """What the caller's policies decide, within the policy of its session."""
        full: iam.Context = {**self._keys(), **(context or {})}
        decided = iam.evaluate(self.principal, action, resource, full)
        if decided is not Decision.ALLOWED or not self.session_policy:
            return decided
        return decision(applying(statements(self.session_policy), action, resource, full))

    def _keys(self) -> iam.Context:
        named = {"aws:username": self.name} if isinstance(self.principal, iam.User) else {}
        return {"aws:userid": self.userid, **named}


def with_resource_policy(
    by_identity: Decision, caller: Caller, context: iam.Context, *, policy: str, action: str
) -> Decision:
    """The decision on a key or a role, whose own policy must allow the caller or the account.

    The caller's policies count only where the resource's leaves that to the account.
    """
    _, partition, _, _, account, _ = caller.arn.split(":", 5)
    said = statements(policy)
    full = {
        "aws:PrincipalAccount": account,
        "aws:PrincipalArn": caller.principal.arn,
        **context,
    }
    directly = decision(granting(said, {caller.arn, caller.principal.arn}, action, full))
    root = f"arn:{partition}:iam::{account}:root"
    through_account = decision(granting(said, {root, account}, action, full))
    if Decision.DENIED in (by_identity, directly, through_account):
        return Decision.DENIED
    if directly is Decision.ALLOWED:
        return Decision.ALLOWED
    return by_identity if through_account is Decision.ALLOWED else Decision.UNMENTIONED


def refusal_text(caller: Caller, action: str, resource: str, decided: Decision) -> str:
    """AWS's message for a request that the caller's policies do not allow."""
    because = _BECAUSE[decided].format(action=action)
    whom = f"User: {caller.arn} is not authorized to perform: {action} on resource: {resource}"
    return f"{whom} {because}"


_LONG_TERM: dict[str, str] = {}
"""The key that GetSessionToken was asked with, by the temporary key that it answered."""


def temporary_key(access_key: str) -> str:
    """A new temporary access key for the holder of a long-term one."""
    alphabet = string.ascii_uppercase + "234567"
    key = "ASIA" + "".join(secrets.choice(alphabet) for _ in range(16))
    _LONG_TERM[key] = access_key
    return key


def is_temporary(access_key: str) -> bool:
    """Whether it is one of AssumeRole's or GetSessionToken's."""
    return access_key.startswith("ASIA")


def account_of(access_key: str) -> str:
    """The account, 12 digits, that an access key belongs to."""
    return str(get_account_id_from(_LONG_TERM.get(access_key, access_key)))


def forget() -> None:
    """Forget the temporary keys of GetSessionToken."""
    _LONG_TERM.clear()


def caller_of(access_key: str, *, account: str, partition: str) -> Caller | None:
    """The user or the role's session that holds an access key; None for the account's root.

    Any key that the emulator did not create is the root's.
    """
    access_key = _LONG_TERM.get(access_key, access_key)
    assumed = get_backend("sts")[account][partition].get_assumed_role_from_access_key(access_key)
    if assumed is not None:
        role = iam.role_named(account, assumed.role_arn)
        if role is None:
            raise AwsError(
                "UnrecognizedClientException",
                "The security token included in the request is invalid.",
            )
        return Caller(
            arn=assumed.arn,
            userid=assumed.user_id,
            name=assumed.session_name,
            principal=role,
            session_policy=assumed.policy or "",
        )
    user = get_backend("iam")[account][partition].get_user_from_access_key_id(access_key)
    if user is None:
        return None
    return Caller(arn=user.arn, userid=user.id, name=user.name, principal=user)
