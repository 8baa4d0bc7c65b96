"""IAM: checks of names, tags, quotas, attachments and boundaries.

Quotas: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

from collections.abc import Iterable
from typing import Any

from studio_emulator import paging
from studio_emulator.call import Answer, Call, Params
from studio_emulator.errors import AwsError
from studio_emulator.moto_internals.iam import own_policies
from studio_emulator.services.iam_documents import check_policy, check_trust, exceeded, size

_INLINE_POLICIES_SIZES = {"Group": 5_120, "Role": 10_240, "User": 2_048}
_MANAGED_POLICY_SIZE = 6_144
_POLICIES_PER_ENTITY = 10
_GROUPS_PER_USER = 10


def check_tags(_operation: str, params: Params, _call: Call) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html"""
    for tag in params.get("Tags", []):
        if tag["Key"].lower().startswith("aws:"):
            message = f"Tag keys must not start with the reserved prefix aws: ({tag['Key']})"
            raise AwsError("InvalidInput", message)


def check_create_role(params: Params, call: Call) -> None:
    roles = call.backend("iam").roles.values()
    _check_name("Role", (role.name for role in roles), params["RoleName"])
    check_trust(params["AssumeRolePolicyDocument"], call)
    check_boundary(params, call)


def check_update_assume_role_policy(params: Params, call: Call) -> None:
    call.backend("iam").get_role(params["RoleName"])
    check_trust(params["PolicyDocument"], call)


def check_inline_policy(params: Params, call: Call) -> None:
    """Check the size of an entity's inline policies together."""
    check_policy(params["PolicyDocument"])
    kind, entity = _entity(params, call)
    others = (text for name, text in entity.policies.items() if name != params["PolicyName"])
    most = _INLINE_POLICIES_SIZES[kind]
    if sum(map(size, others)) + size(params["PolicyDocument"]) > most:
        message = f"Maximum policy size of {most} bytes exceeded for {kind.lower()} {entity.name}"
        raise AwsError("LimitExceeded", message)


def check_managed_policy(params: Params, _call: Call) -> None:
    check_policy(params["PolicyDocument"])
    if size(params["PolicyDocument"]) > _MANAGED_POLICY_SIZE:
        raise exceeded("PolicySize", _MANAGED_POLICY_SIZE)


def attach(params: Params, call: Call) -> Answer:
    """AttachRolePolicy and others: moto counts a policy twice that is already attached.

    Moto also loads all of AWS's policies to find one.
    """
    arn, (kind, entity) = params["PolicyArn"], _entity(params, call)
    if arn in entity.managed_policies:
        return {}
    policy = call.backend("iam").managed_policies.get(arn)
    if policy is None:
        message = f"Policy {arn} does not exist or is not attachable."
        raise AwsError("NoSuchEntity", message, 404)
    if len(entity.managed_policies) >= _POLICIES_PER_ENTITY:
        raise exceeded(f"PoliciesPer{kind}", _POLICIES_PER_ENTITY)
    policy.attach_to(entity)
    return {}


def detach(params: Params, call: Call) -> Answer:
    """DetachRolePolicy and others, without loading AWS's policies."""
    _, entity = _entity(params, call)
    policy = entity.managed_policies.get(params["PolicyArn"])
    if policy is None:
        raise AwsError("NoSuchEntity", f"Policy {params['PolicyArn']} was not found.", 404)
    policy.detach_from(entity)
    return {}


def check_add_user_to_group(params: Params, call: Call) -> None:
    """LimitExceeded for one more group of a user than the quota allows."""
    iam, group = call.backend("iam"), params["GroupName"]
    held = {each.name for each in iam.get_groups_for_user(params["UserName"])}
    if len(held | {group}) > _GROUPS_PER_USER:
        raise exceeded("GroupsPerUser", _GROUPS_PER_USER)


def check_delete_group(params: Params, call: Call) -> None:
    """DeleteConflict: "The group must not contain any users or have any attached policies".

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteGroup.html
    """
    group = call.backend("iam").get_group(params["GroupName"])
    for held, what in (
        (group.users, "remove users from group"),
        (group.managed_policies, "detach all policies"),
        (group.policies, "delete policies"),
    ):
        if held:
            raise AwsError("DeleteConflict", f"Cannot delete entity, must {what} first.", 409)


def _entity(params: Params, call: Call) -> tuple[str, Any]:
    """The kind and the entity of moto that a request names: a role, a user or a group."""
    iam = call.backend("iam")
    find = {"Role": iam.get_role, "User": iam.get_user, "Group": iam.get_group}
    kind = next(each for each in find if f"{each}Name" in params)
    return kind, find[kind](params[f"{kind}Name"])


def list_entities_for_policy(params: Params, call: Call) -> Answer:
    """ListEntitiesForPolicy: moto ignores PolicyUsageFilter, and more than 100 roles."""
    iam, arn = call.backend("iam"), params["PolicyArn"]
    if arn not in iam.managed_policies:
        raise AwsError("NoSuchEntity", f"Policy {arn} was not found.", 404)
    kinds = {"Group": iam.groups, "Role": iam.roles, "User": iam.users}
    shown, marker = paging.page(
        (
            (kind, entity)
            for kind, entities in kinds.items()
            if params.get("EntityFilter", kind) == kind
            for entity in entities.values()
            if entity.path.startswith(params.get("PathPrefix", "/"))
            and arn in _policies_of(entity, params.get("PolicyUsageFilter"))
        ),
        key=lambda found: [found[0], found[1].id],
        size=params.get("MaxItems", 100),
        token=params.get("Marker"),
    )
    return {
        **{
            f"Policy{kind}s": [
                {f"{kind}Name": entity.name, f"{kind}Id": entity.id}
                for of, entity in shown
                if of == kind
            ]
            for kind in kinds
        },
        "IsTruncated": marker is not None,
        **({"Marker": marker} if marker else {}),
    }


def _policies_of(entity: Any, usage: str | None) -> list[str]:
    """The ARNs of the entity's managed policies, and of its boundary, unless usage is the other."""
    attached = [] if usage == "PermissionsBoundary" else [*entity.managed_policies]
    boundary = getattr(entity, "permissions_boundary_arn", None)
    return attached if usage == "PermissionsPolicy" or not boundary else [*attached, boundary]


def check_delete_policy(params: Params, call: Call) -> None:
    """A permissions boundary is attached, too: https://github.com/gruntwork-io/cloud-nuke/issues/972"""
    iam = call.backend("iam")
    policy = iam.managed_policies.get(params["PolicyArn"])
    if policy is None:
        return
    entities = (*iam.roles.values(), *iam.users.values())
    bounded = any(entity.permissions_boundary_arn == policy.arn for entity in entities)
    if policy.attachment_count > 0 or bounded:
        raise AwsError("DeleteConflict", "Cannot delete a policy attached to entities.")
    if len(policy.versions) > 1:
        raise AwsError(
            "DeleteConflict",
            "This policy has more than one version. Before you delete a policy, you must delete "
            "the policy's versions. The default version is deleted with the policy.",
        )


def _check_name(kind: str, held: Iterable[str], name: str) -> None:
    """Names are unique, ignoring case.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html (RoleName)
    """
    if name.lower() in map(str.lower, held):
        raise AwsError("EntityAlreadyExists", f"{kind} with name {name} already exists.", 409)


def check_create_user(params: Params, call: Call) -> None:
    users = call.backend("iam").users.values()
    _check_name("User", (user.name for user in users), params["UserName"])
    check_boundary(params, call)


def check_create_group(params: Params, call: Call) -> None:
    _check_name("Group", call.backend("iam").groups, params["GroupName"])


def check_create_policy(params: Params, call: Call) -> None:
    own = own_policies(call.backend("iam"))
    _check_name("Policy", (policy.name for policy in own), params["PolicyName"])
    check_managed_policy(params, call)


def check_boundary(params: Params, call: Call) -> None:
    boundary = params.get("PermissionsBoundary")
    if boundary and boundary not in call.backend("iam").managed_policies:
        message = f"Scope ARN: {boundary} does not exist or is not attachable."
        raise AwsError("NoSuchEntity", message, 404)


def put_user_permissions_boundary(params: Params, call: Call) -> Answer:
    """PutUserPermissionsBoundary, which moto does not have."""
    user = call.backend("iam").get_user(params["UserName"])
    check_boundary(params, call)
    user.permissions_boundary_arn = params["PermissionsBoundary"]
    return {}


def delete_user_permissions_boundary(params: Params, call: Call) -> Answer:
    """DeleteUserPermissionsBoundary, which moto does not have."""
    call.backend("iam").get_user(params["UserName"]).permissions_boundary_arn = None
    return {}


def amend_create_user(params: Params, call: Call, answer: Answer) -> Answer:
    """Store the boundary of a new user, which moto ignores."""
    user = call.backend("iam").get_user(params["UserName"])
    user.permissions_boundary_arn = params.get("PermissionsBoundary")
    shown = user.permissions_boundary
    return {"User": answer["User"] | ({"PermissionsBoundary": shown} if shown else {})}


def list_service_specific_credentials(params: Params, call: Call) -> Answer:
    """An empty list: moto cannot create them. Terraform requests it before it deletes a user."""
    call.backend("iam").get_user(params["UserName"])
    return {"ServiceSpecificCredentials": []}


attach_group_policy = attach_role_policy = attach_user_policy = attach
detach_group_policy = detach_role_policy = detach_user_policy = detach
check_put_group_policy = check_put_role_policy = check_put_user_policy = check_inline_policy
check_create_policy_version = check_managed_policy
check_put_role_permissions_boundary = check_boundary
