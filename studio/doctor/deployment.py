"""The domain, and its users' profiles, spaces and roles."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from catalog.instances import INSTANCES, NATIVE_MEMORY_GIB
from catalog.regions import NATIVE_PARTITION
from settings import ConnectMethod, UserError
from studio.aws.errors import ignoring
from studio.aws.spaces import Space, app_of
from studio.doctor.context import Context
from studio.doctor.model import Unmet

_USABLE = "InService"
_SAGEMAKER = "sagemaker.amazonaws.com"


def state(context: Context) -> str:
    """Whether Terraform's state has a domain."""
    if context.in_state is not None:
        return context.in_state
    if context.domain_id is None:
        raise Unmet(f"{context.settings.name} is not deployed")
    raise UserError(
        f"{context.domain_id} exists, and its state is not here; `studio connect` needs none"
    )


def domain(context: Context) -> str:
    """Whether the domain is InService."""
    status = context.domain["Status"]
    if status != _USABLE:
        reason = context.domain.get("FailureReason")
        raise Unmet(f"{context.domain_id} is {status}" + (f": {reason}" if reason else ""))
    return f"{context.domain_id} is {status}"


def profiles(context: Context) -> str:
    """Whether each user of the settings has a user profile that is InService."""
    return _check_statuses(
        context,
        lambda user: (context.profiles[user] or {"Status": "missing"})["Status"],
    )


def spaces(context: Context) -> str:
    """Whether each user of the settings has a space that is InService."""
    found = context.spaces
    return _check_statuses(
        context, lambda user: space.status if (space := found[user]) else "missing"
    )


def remote_access(context: Context) -> str:
    """Whether SageMaker's remote access reaches the spaces of the users whose method it is."""
    users = []
    for user, space in context.spaces.items():
        if space is None or space.starts_script:
            continue
        if context.settings.connect(user) is ConnectMethod.NATIVE:
            _require_remote_access(context, space)
            users.append(user)
    return f"possible for {', '.join(users)}" if users else "not needed: nobody connects natively"


def roles(context: Context) -> str:
    """Whether SageMaker may run the users' apps with their execution roles."""
    return _check_trust(context, "sts:AssumeRole")


def source_identity(context: Context) -> str:
    """Whether SageMaker may set the user's name as the source identity of the execution roles."""
    if not context.settings.domain.source_identity:
        return "not needed: domain.source_identity is false"
    return _check_trust(context, "sts:SetSourceIdentity")


def _check_statuses(context: Context, status: Callable[[str], str]) -> str:
    found = {user: status(user) for user in context.settings.users}
    wrong = [f"{user}: {status}" for user, status in found.items() if status != _USABLE]
    if wrong:
        raise Unmet("; ".join(wrong))
    return f"{len(found)} {_USABLE}"


def _require_remote_access(context: Context, space: Space) -> None:
    if (partition := space.arn.split(":")[1]) != NATIVE_PARTITION:
        raise Unmet(
            f"{space.user}: SageMaker's remote access is not known to work in {partition}",
            command=f'connect = "{ConnectMethod.SSH_HELPER}" in the settings, then studio up',
        )
    instance = INSTANCES.get(space.instance_type or "")
    if instance is not None and instance.memory_gib < NATIVE_MEMORY_GIB:
        raise Unmet(
            f"{space.user}: {space.instance_type} has less than {NATIVE_MEMORY_GIB} GiB",
            command="studio up",
        )
    if not space.remote_access and app_of(context.aws, space) is not None:
        raise Unmet(
            f"{space.user}: remote access is off, and cannot be switched while the app runs",
            command=f"studio stop {space.user}",
        )


def _check_trust(context: Context, action: str) -> str:
    iam, wrong = context.aws.client("iam"), []
    for user, arn in context.roles.items():
        found = None
        with ignoring("NoSuchEntity"):
            found = iam.get_role(RoleName=arn.rpartition("/")[2])["Role"]
        if found is None:
            wrong.append(f"{user}: there is no role {arn}")
            continue
        if not _lets_sagemaker(found["AssumeRolePolicyDocument"], action):
            wrong.append(f"{user}: {arn} does not let SageMaker do {action}")
    if wrong:
        raise Unmet("; ".join(wrong))
    return f"{len(context.roles)} roles let SageMaker do {action}"


def _lets_sagemaker(trust_policy: Mapping[str, Any], action: str) -> bool:
    """Whether a statement names SageMaker and the action.

    Conditions are not evaluated: IAM simulates no trust policies, and a plan shows what differs
    from the ones that this project writes.
    """
    return any(
        statement["Effect"] == "Allow"
        and _SAGEMAKER in _listed(statement["Principal"].get("Service"))
        and action in _listed(statement["Action"])
        for statement in _listed(trust_policy["Statement"])
    )


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
