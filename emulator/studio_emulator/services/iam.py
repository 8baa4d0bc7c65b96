"""IAM: checks of principals, names, sizes, quotas and attachments.

Sizes and quotas: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

import re
from collections.abc import Iterable
from typing import Any

from studio_emulator import paging
from studio_emulator.call import Answer, Call, Params
from studio_emulator.errors import AwsError
from studio_emulator.iam.policy import statements as policy_statements
from studio_emulator.moto_internals import IAMTrustPolicyDocumentValidator
from studio_emulator.moto_internals.iam import own_policies
from studio_emulator.services import principals

_TRUST_POLICY_SIZE = 2048
_INLINE_POLICIES_SIZE = 10_240
_MANAGED_POLICY_SIZE = 6_144
_POLICIES_PER_ROLE = 10
_SID = re.compile(r"[0-9A-Za-z]*")


def check_sids(document: str) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html"""
    try:
        parsed = policy_statements(document)
    except ValueError:
        # Moto reports it.
        return
    for statement in parsed:
        sid = statement.get("Sid", "")
        if isinstance(sid, str) and not _SID.fullmatch(sid):
            raise AwsError(
                "MalformedPolicyDocument",
                "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the "
                "regular expression [0-9A-Za-z]*",
            )


def check_create_role(params: Params, call: Call) -> None:
    roles = call.backend("iam").roles.values()
    _check_name("Role", (role.name for role in roles), params["RoleName"])
    _check_trust(params["AssumeRolePolicyDocument"], call)
    check_boundary(params, call)


def check_trust_update(params: Params, call: Call) -> None:
    call.backend("iam").get_role(params["RoleName"])
    _check_trust(params["PolicyDocument"], call)


def check_inline_policy(params: Params, call: Call) -> None:
    check_sids(params["PolicyDocument"])
    role = call.backend("iam").get_role(params["RoleName"])
    others = (text for name, text in role.policies.items() if name != params["PolicyName"])
    if sum(map(_size, others)) + _size(params["PolicyDocument"]) > _INLINE_POLICIES_SIZE:
        raise AwsError(
            "LimitExceeded",
            f"Maximum policy size of {_INLINE_POLICIES_SIZE} bytes exceeded for role "
            f"{params['RoleName']}",
        )


def check_managed_policy(params: Params, _call: Call) -> None:
    check_sids(params["PolicyDocument"])
    if _size(params["PolicyDocument"]) > _MANAGED_POLICY_SIZE:
        message = f"Cannot exceed quota for PolicySize: {_MANAGED_POLICY_SIZE}"
        raise AwsError("LimitExceeded", message)


def attach(params: Params, call: Call) -> Answer:
    """AttachRolePolicy: moto counts a policy twice that is already attached.

    Moto also loads all of AWS's policies to find one.
    """
    iam = call.backend("iam")
    arn, role = params["PolicyArn"], iam.get_role(params["RoleName"])
    if arn in role.managed_policies:
        return {}
    if len(role.managed_policies) >= _POLICIES_PER_ROLE:
        message = f"Cannot exceed quota for PoliciesPerRole: {_POLICIES_PER_ROLE}"
        raise AwsError("LimitExceeded", message)
    policy = iam.managed_policies.get(arn)
    if policy is None:
        message = f"Policy {arn} does not exist or is not attachable."
        raise AwsError("NoSuchEntity", message, 404)
    policy.attach_to(role)
    return {}


def detach(params: Params, call: Call) -> Answer:
    """DetachRolePolicy, without loading AWS's policies."""
    role = call.backend("iam").get_role(params["RoleName"])
    policy = role.managed_policies.get(params["PolicyArn"])
    if policy is None:
        raise AwsError("NoSuchEntity", f"Policy {params['PolicyArn']} was not found.", 404)
    policy.detach_from(role)
    return {}


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


def _check_trust(document: str, call: Call) -> None:
    check_sids(document)
    IAMTrustPolicyDocumentValidator(document).validate()
    if _size(document) > _TRUST_POLICY_SIZE:
        message = f"Cannot exceed quota for ACLSizePerRole: {_TRUST_POLICY_SIZE}"
        raise AwsError("LimitExceeded", message)
    parsed = policy_statements(document)
    for statement in parsed:
        if "Principal" not in statement and "NotPrincipal" not in statement:
            raise AwsError("MalformedPolicyDocument", "Missing required field Principal")
    for principal in principals.absent(parsed, call):
        message = f'Invalid principal in policy: "AWS":"{principal}"'
        raise AwsError("MalformedPolicyDocument", message)


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


def put_user_boundary(params: Params, call: Call) -> Answer:
    """PutUserPermissionsBoundary, which moto does not have."""
    user = call.backend("iam").get_user(params["UserName"])
    check_boundary(params, call)
    user.permissions_boundary_arn = params["PermissionsBoundary"]
    return {}


def delete_user_boundary(params: Params, call: Call) -> Answer:
    """DeleteUserPermissionsBoundary, which moto does not have."""
    call.backend("iam").get_user(params["UserName"]).permissions_boundary_arn = None
    return {}


def store_boundary(params: Params, call: Call, answer: Answer) -> Answer:
    """Store the boundary of a new user, which moto ignores."""
    user = call.backend("iam").get_user(params["UserName"])
    user.permissions_boundary_arn = params.get("PermissionsBoundary")
    shown = user.permissions_boundary
    return {"User": answer["User"] | ({"PermissionsBoundary": shown} if shown else {})}


def _size(document: str) -> int:
    """The size of a policy in characters, without white space."""
    return len(re.sub(r"\s", "", document))


def list_service_specific_credentials(params: Params, call: Call) -> Answer:
    """An empty list: moto cannot create them. Terraform requests it before it deletes a user."""
    call.backend("iam").get_user(params["UserName"])
    return {"ServiceSpecificCredentials": []}


HANDLERS = {
    "AttachRolePolicy": attach,
    "DeleteUserPermissionsBoundary": delete_user_boundary,
    "DetachRolePolicy": detach,
    "ListEntitiesForPolicy": list_entities_for_policy,
    "ListServiceSpecificCredentials": list_service_specific_credentials,
    "PutUserPermissionsBoundary": put_user_boundary,
}
CHECKS = {
    "CreateGroup": check_create_group,
    "CreatePolicy": check_create_policy,
    "CreatePolicyVersion": check_managed_policy,
    "CreateRole": check_create_role,
    "CreateUser": check_create_user,
    "DeletePolicy": check_delete_policy,
    "PutRolePermissionsBoundary": check_boundary,
    "PutRolePolicy": check_inline_policy,
    "UpdateAssumeRolePolicy": check_trust_update,
}
AMENDMENTS = {"CreateUser": store_boundary}
