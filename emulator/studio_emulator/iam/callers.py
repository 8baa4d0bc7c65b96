"""The caller of a request, by access key; when a key has expired; how policies combine."""

from collections.abc import Collection, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from studio_emulator import iam
from studio_emulator.errors import AwsError
from studio_emulator.iam.policy import (
    Decision,
    Statement,
    all_of,
    applying,
    decision,
    granting,
    statements,
)
from studio_emulator.moto_internals import get_account_id_from, get_backend
from studio_emulator.moto_internals.iam import has_account, new_temporary_key

_REASONS = {
    Decision.IMPLICIT_DENY: "because no identity-based policy allows the {action} action",
    Decision.DENIED: "with an explicit deny in an identity-based policy",
}


@dataclass(frozen=True, kw_only=True)
class Caller:
    """A user or a role session; userid: `aws:userid`; name: of the user or the session.

    session: the statements of the session policies, or None without session policies.
    keys: the condition keys of the request's credentials, which precede those of the principal.
    """

    arn: str
    userid: str
    name: str
    principal: iam.Role | iam.User
    session: Sequence[Statement] | None = None
    keys: iam.Context = field(default_factory=dict)

    @property
    def account(self) -> str:
        return self.arn.split(":")[4]

    @property
    def own_arns(self) -> set[str]:
        """The ARNs that name the caller in a resource's policy."""
        return {self.arn, self.principal.arn}

    @property
    def account_principals(self) -> set[str]:
        """The names of the caller's account in a resource's policy."""
        return {self.account, f"arn:{self.arn.split(':')[1]}:iam::{self.account}:root"}

    def check(self, action: str, resource: str, context: iam.Context | None = None) -> None:
        """AwsError AccessDeniedException if the caller's policies do not allow the action.

        https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
        """
        decided = self.decide(action, resource, context)
        if decided is not Decision.ALLOWED:
            raise AwsError("AccessDeniedException", refusal_text(self, action, resource, decided))

    def decide(self, action: str, resource: str, context: iam.Context | None = None) -> Decision:
        """Evaluate the caller's policies and the policies of its session."""
        full: iam.Context = {**self.keys, **(context or {})}
        decided = iam.evaluate(self.principal, action, resource, full)
        return all_of([decided, self._within_session(action, resource, full)])

    def limit(self, action: str, resource: str, context: iam.Context) -> Decision:
        """The decision of the permissions boundary and of the session's policies alone."""
        full: iam.Context = {**iam.keys_of(self.principal), **self.keys, **context}
        bounded = iam.within_boundary(self.principal, action, resource, full)
        return all_of([bounded, self._within_session(action, resource, full)])

    def _within_session(self, action: str, resource: str, context: iam.Context) -> Decision:
        if self.session is None:
            return Decision.ALLOWED
        return decision(applying(self.session, action, resource, context))

    def decide_by_resource(
        self,
        policy: str,
        principals: AbstractSet[str],
        action: str,
        context: iam.Context,
        *,
        resource: str | None = None,
    ) -> Decision:
        """Evaluate a resource's policy for these principals.

        resource: for policies whose statements name resources.
        """
        full: iam.Context = {**iam.keys_of(self.principal), **self.keys, **context}
        found = granting(statements(policy), principals, action, full)
        return decision(found if resource is None else applying(found, action, resource, full))


def refusal_text(caller: Caller, action: str, resource: str, decided: Decision) -> str:
    """AWS's message for a request that the caller's policies do not allow."""
    reason = _REASONS[decided].format(action=action)
    request = f"perform: {action} on resource: {resource}"
    return f"User: {caller.arn} is not authorized to {request} {reason}"


_TOKENS: dict[str, tuple[str, float]] = {}
"""The long-term key and the expiration of each temporary access key of GetSessionToken."""


def temporary_key(access_key: str, *, account: str, expires: float) -> str:
    """A new temporary access key for a long-term one. expires: in epoch seconds."""
    key = new_temporary_key(account)
    _TOKENS[key] = (access_key, expires)
    return key


def is_temporary(access_key: str) -> bool:
    """Whether AssumeRole or GetSessionToken created the key."""
    return access_key.startswith("ASIA")


def account_of(access_key: str) -> str:
    """The account of an access key."""
    return str(get_account_id_from(_long_term(access_key)))


def has_expired(
    access_key: str, expired_keys: Collection[str], *, account: str, partition: str, now: float
) -> bool:
    """Whether the option `expired_keys` has the key, or its response's `Expiration` has passed."""
    if access_key in expired_keys:
        return True
    if access_key in _TOKENS:
        return _TOKENS[access_key][1] <= now
    session = role_session(access_key, account, partition)
    return session is not None and session.expiration.replace(tzinfo=UTC).timestamp() <= now


def is_refused(access_key: str, service: str, *, account: str, partition: str) -> bool:
    """Whether no service, or not this one, accepts the key: it is inactive or deleted, its role is.

    IAM refuses the keys of GetSessionToken, because the emulator accepts no MFA code.
    https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
    """
    if access_key in _TOKENS and service == "iam":
        return True
    key = _long_term(access_key)
    held = get_backend("iam")[account][partition].access_keys.get(key)
    if held is None:
        return has_account(key, account)
    if held.role_arn is not None:
        return iam.role_named(account, held.role_arn) is None
    return bool(held.status != "Active")


def forget() -> None:
    """Delete the temporary keys of GetSessionToken."""
    _TOKENS.clear()


def _long_term(access_key: str) -> str:
    return _TOKENS.get(access_key, (access_key, 0))[0]


def role_session(access_key: str, account: str, partition: str) -> Any:
    """Moto's AssumedRole, or None; policy_arns, session_keys: what `services.sts` stores in it."""
    return get_backend("sts")[account][partition].get_assumed_role_from_access_key(access_key)


def _session_policies(assumed: Any, role: iam.Role) -> Sequence[Statement] | None:
    arns = getattr(assumed, "policy_arns", ())
    if not (assumed.policy or arns):
        return None
    own = statements(assumed.policy) if assumed.policy else ()
    return [*own, *(each for arn in arns for each in iam.managed(role, arn))]


def caller_of(access_key: str, *, account: str, partition: str) -> Caller | None:
    """The user or the role session of an access key; None for the account's root user.

    The root user has every key that the emulator did not create.
    """
    used, access_key = access_key, _long_term(access_key)
    assumed = role_session(access_key, account, partition)
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
            session=_session_policies(assumed, role),
            keys={
                **_keys(access_key, assumed.user_id, "AssumedRole"),
                "aws:TokenIssueTime": assumed.access_key.create_date.isoformat() + "Z",
                **getattr(assumed, "session_keys", {}),
            },
        )
    user = get_backend("iam")[account][partition].get_user_from_access_key_id(access_key)
    if user is None:
        return None
    keys = {**_keys(used, user.id, "User"), "aws:username": user.name}
    return Caller(arn=user.arn, userid=user.id, name=user.name, principal=user, keys=keys)


def _keys(access_key: str, userid: str, kind: str) -> dict[str, Any]:
    """The condition keys of every request, and of one with temporary credentials.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
    """
    now = datetime.now(UTC)
    return {
        "aws:userid": userid,
        "aws:CurrentTime": now.isoformat(),
        "aws:EpochTime": int(now.timestamp()),
        "aws:PrincipalIsAWSService": False,
        "aws:PrincipalType": kind,
        "aws:ViaAWSService": False,
        **({"aws:MultiFactorAuthPresent": False} if is_temporary(access_key) else {}),
    }
