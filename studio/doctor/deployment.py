"""The domain, and the people in it."""

from __future__ import annotations

from collections.abc import Callable

from catalog.instances import INSTANCES, NATIVE_MEMORY_GIB
from settings import ConnectMethod, UserError
from studio.aws.errors import ignoring
from studio.aws.spaces import Space, app_of
from studio.doctor.context import Studio
from studio.doctor.model import Unmet
from studio.doctor.trust import trusts

_USABLE = "InService"


def state(studio: Studio) -> str:
    """Whether Terraform's state holds a domain."""
    if studio.in_state is not None:
        return studio.in_state
    if studio.domain_id is None:
        raise Unmet(f"{studio.settings.name} is not deployed")
    raise UserError(
        f"{studio.domain_id} is there and its state is not here; who only connects needs none"
    )


def domain(studio: Studio) -> str:
    """Whether the domain works."""
    status = studio.domain["Status"]
    if status != _USABLE:
        reason = studio.domain.get("FailureReason")
        raise Unmet(f"{studio.domain_id} is {status}" + (f": {reason}" if reason else ""))
    return f"{studio.domain_id} is {status}"


def profiles(studio: Studio) -> str:
    """Whether each user of the settings has a profile that works."""
    return _each(
        studio,
        lambda user: (studio.profiles[user] or {"Status": "missing"})["Status"],
        "profiles",
    )


def spaces(studio: Studio) -> str:
    """Whether each user of the settings has a space that works."""
    found = studio.spaces
    return _each(
        studio, lambda user: space.status if (space := found[user]) else "missing", "spaces"
    )


def remote_access(studio: Studio) -> str:
    """Whether SageMaker's own sessions can reach the spaces of those who come that way."""
    users = []
    for user, space in studio.spaces.items():
        if studio.settings.connect(user) is ConnectMethod.NATIVE and space is not None:
            _reachable(studio, space)
            users.append(user)
    return f"possible for {', '.join(users)}" if users else "not needed: nobody connects natively"


def roles(studio: Studio) -> str:
    """Whether SageMaker may run the users' apps with their execution roles."""
    return _trusted(studio, "sts:AssumeRole")


def source_identity(studio: Studio) -> str:
    """Whether SageMaker may put a user's name into the sessions of the execution roles."""
    if not studio.settings.domain.source_identity:
        return "not needed: domain.source_identity is false"
    return _trusted(studio, "sts:SetSourceIdentity")


def _each(studio: Studio, status: Callable[[str], str], what: str) -> str:
    found = {user: status(user) for user in studio.settings.users}
    wrong = [f"{user}: {status}" for user, status in found.items() if status != _USABLE]
    if wrong:
        raise Unmet("; ".join(wrong))
    return f"{len(found)} {what} are {_USABLE}"


def _reachable(studio: Studio, space: Space) -> None:
    instance = INSTANCES.get(space.instance_type or "")
    if instance is not None and instance.memory_gib < NATIVE_MEMORY_GIB:
        raise Unmet(
            f"{space.user}: {space.instance_type} has less than {NATIVE_MEMORY_GIB} GiB",
            command="studio up",
        )
    if not space.remote_access and app_of(studio.aws, space) is not None:
        raise Unmet(
            f"{space.user}: remote access is off, and cannot be switched while the app runs",
            command=f"studio stop {space.user}",
        )


def _trusted(studio: Studio, action: str) -> str:
    iam, region = studio.aws.client("iam"), studio.settings.region
    wrong = []
    for user, arn in studio.roles.items():
        _, partition, _, _, owner, name = arn.split(":", 5)
        found = None
        with ignoring("NoSuchEntity"):
            found = iam.get_role(RoleName=name.rpartition("/")[2])["Role"]
        if found is None:
            wrong.append(f"{user}: there is no role {arn}")
            continue
        source = f"arn:{partition}:sagemaker:{region}:{owner}:domain/{studio.domain_id}"
        request = {"aws:SourceArn": source, "aws:SourceAccount": owner}
        if not trusts(found["AssumeRolePolicyDocument"], action, request):
            wrong.append(f"{user}: {arn} does not let SageMaker do {action}")
    if wrong:
        raise Unmet("; ".join(wrong))
    return f"{len(studio.roles)} roles let SageMaker do {action}"
