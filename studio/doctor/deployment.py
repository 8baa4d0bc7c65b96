"""Checks the domain and its key; the profiles, spaces, roles and remote access of its users."""

from collections.abc import Iterator, Mapping
from typing import Any

from catalog.instances import NATIVE_MEMORY_GIB, is_too_small_for_native
from catalog.regions import NATIVE_PARTITION
from settings import ConnectMethod, UserError
from studio.aws.keys import read_key
from studio.aws.policies import Decision, Request, decide
from studio.aws.spaces import Space, app_of
from studio.doctor.context import Context
from studio.doctor.model import Unmet

_USABLE = "InService"
_POLICIES = {"aws_iam_role_policy_attachment": "policy_arn", "aws_iam_role_policy": "name"}
"""The resources of a role's policies, with the attribute that names the policy."""


def state(context: Context) -> str:
    """Whether Terraform's state has a domain."""
    if context.domain_id_in_state is not None:
        return context.domain_id_in_state
    if (deployment := context.deployment) is not None:
        # A machine that only connects does not need the modules of Terraform's state.
        from studio.terraform.state.stores import NotMoved, require_moved

        try:
            folder, name = deployment.out / "stacks" / "domain", context.settings.name
            require_moved("domain", folder, deployment.store, name=name)
        except NotMoved as error:
            raise Unmet(error.found, command=error.fix) from None
    if context.domain_id is None:
        raise Unmet(f"{context.settings.name} is not deployed", command="studio up")
    raise UserError(
        f"{context.domain_id} exists, but this machine has no state; `studio connect` needs none"
    )


def domain(context: Context) -> str:
    """Whether the domain exists and is InService."""
    if context.found_domain is None:
        raise Unmet(f"{context.domain_id} does not exist")
    status = context.domain["Status"]
    if status != _USABLE:
        reason = context.domain.get("FailureReason")
        raise Unmet(f"{context.domain_id} is {status}" + (f": {reason}" if reason else ""))
    return f"{context.domain_id} is {status}"


def key(context: Context) -> str:
    """Whether the KMS key of the homes and disks is enabled."""
    arn = context.domain.get("KmsKeyId")
    if arn is None:
        return "not needed: AWS's keys encrypt the homes and disks"
    found = read_key(context.aws, arn)
    if found is None:
        raise Unmet(f"{arn} does not exist", command="`studio down`, then `studio up`")
    if found.state != "Enabled":
        verb = "cancel-key-deletion" if found.state == "PendingDeletion" else "enable-key"
        command = f"aws kms {verb} --region {context.settings.region} --key-id {arn}"
        raise Unmet(f"{arn} is {found.state}", command=command)
    return f"{arn} is {found.state}"


def profiles(context: Context) -> str:
    """Whether each user of the settings has a user profile that is InService."""
    profiles = context.profiles.items()
    return _require_in_service(
        {user: one["Status"] if one else "missing" for user, one in profiles}
    )


def spaces(context: Context) -> str:
    """Whether each user of the settings has a space that is InService."""
    spaces = context.spaces.items()
    return _require_in_service({user: one.status if one else "missing" for user, one in spaces})


def remote_access(context: Context) -> str:
    """Whether SageMaker's remote access works for each user who connects with it."""
    users = []
    for user, space in context.spaces.items():
        if space is None or space.starts_script:
            continue
        if context.settings.connect(user) is ConnectMethod.NATIVE:
            _require_remote_access(context, space)
            users.append(user)
    return f"possible for {', '.join(users)}" if users else "not needed: no user connects natively"


def roles(context: Context) -> str:
    """Whether SageMaker may assume the users' execution roles, which have all their policies."""
    allowed = _check_trust(context, "sts:AssumeRole")
    if lost := list(_lost_policies(context)):
        raise Unmet("; ".join(lost))
    return allowed


def source_identity(context: Context) -> str:
    """Whether SageMaker may set the source identity of a session of the execution roles."""
    if not context.settings.domain.source_identity:
        return "not needed: domain.source_identity is false"
    return _check_trust(context, "sts:SetSourceIdentity")


def _require_in_service(statuses: Mapping[str, str]) -> str:
    wrong = [f"{user}: {status}" for user, status in statuses.items() if status != _USABLE]
    if wrong:
        raise Unmet("; ".join(wrong))
    return f"{len(statuses)} {_USABLE}"


def _require_remote_access(context: Context, space: Space) -> None:
    if (partition := space.arn.split(":")[1]) != NATIVE_PARTITION:
        raise Unmet(
            f"{space.user}: SageMaker's remote access is not known to work in {partition}",
            command=f'connect = "{ConnectMethod.SSH_HELPER}" in the settings, then `studio up`',
        )
    if is_too_small_for_native(space.instance_type):
        raise Unmet(
            f"{space.user}: {space.instance_type} has less than {NATIVE_MEMORY_GIB} GiB",
            command="studio up",
        )
    if not space.remote_access and app_of(context.aws, space) is not None:
        raise Unmet(
            f"{space.user}: remote access is off, and cannot be enabled while the app runs",
            command=f"studio stop {space.user}",
        )


def _check_trust(context: Context, action: str) -> str:
    wrong = []
    for user, arn in context.roles.items():
        trust = context.trusts[arn]
        if trust is None:
            wrong.append(f"{user}: {arn} does not exist")
            continue
        request = Request(action=action, principal="sagemaker.amazonaws.com", resource=arn)
        if decide(trust, request) is Decision.DENIED:
            wrong.append(f"{user}: the trust policy of {arn} does not allow SageMaker {action}")
    if wrong:
        raise Unmet("; ".join(wrong))
    return f"{len(context.roles)} roles allow SageMaker {action}"


def _lost_policies(context: Context) -> Iterator[str]:
    """The policies of the users' roles in Terraform's state that the roles do not have."""
    held = context.in_state("role") if context.domain_id_in_state is not None else ()
    wanted = [
        (one.attributes["role"], one.attributes[_POLICIES[one.kind]])
        for one in held
        if one.kind in _POLICIES
    ]
    roles = {arn.rpartition("/")[2] for arn in context.roles.values()}
    for role in sorted(roles & {role for role, _ in wanted}):
        attached = context.aws.all(
            "iam", "list_attached_role_policies", "AttachedPolicies", RoleName=role
        )
        inline: list[Any] = list(
            context.aws.all("iam", "list_role_policies", "PolicyNames", RoleName=role)
        )
        found = {*(one["PolicyArn"] for one in attached), *inline}
        for owner, policy in wanted:
            if owner == role and policy not in found:
                yield f"{role}: the policy {policy} is missing"
