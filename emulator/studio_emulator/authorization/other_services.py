"""The permissions of requests to ECR, EFS, IAM, Logs, Service Quotas, Systems Manager and others.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from studio_emulator.authorization import kms
from studio_emulator.authorization.permissions import Permission, pass_role, request_tags
from studio_emulator.call import Call, Params
from studio_emulator.iam import resource_tags, tags_of
from studio_emulator.iam.resource_policies import with_optional_policy
from studio_emulator.ssm.authorization import node_resource

_PREFIXES = {
    "efs": "elasticfilesystem",
    "resourcegroupstaggingapi": "tag",
    "service-quotas": "servicequotas",
}
_TAGGING = {
    "CreateAccessPoint": "elasticfilesystem:TagResource",
    "CreateFileSystem": "elasticfilesystem:TagResource",
    "CreateInstanceProfile": "iam:TagInstanceProfile",
    "CreateLogGroup": "logs:TagResource",
    "CreatePolicy": "iam:TagPolicy",
    "CreateRepository": "ecr:TagResource",
    "CreateRole": "iam:TagRole",
    "CreateUser": "iam:TagUser",
    "PutParameter": "ssm:AddTagsToResource",
}
"""The additional action of a request with tags."""
_ON_INTERFACES = {
    "DeleteMountTarget": "ec2:DeleteNetworkInterface",
    "DescribeMountTargetSecurityGroups": "ec2:DescribeNetworkInterfaceAttribute",
    "ModifyMountTargetSecurityGroups": "ec2:ModifyNetworkInterfaceAttribute",
}
"""The action on the interface of a mount target."""


def permissions(service: str, operation: str, params: Params, call: Call) -> Iterator[Permission]:
    """The action on the resources that the request names, or on `*`."""
    prefix = _PREFIXES.get(service, service)
    tags = request_tags(params.get("Tags") or params.get("tags"))
    if "tagKeys" in params or "TagKeys" in params:
        tags["aws:TagKeys"] = params.get("tagKeys") or params["TagKeys"]
    if "PolicyArn" in params and service == "iam":
        tags["iam:PolicyARN"] = params["PolicyArn"]
    if params.get("PermissionsBoundary"):
        tags["iam:PermissionsBoundary"] = params["PermissionsBoundary"]
    find = _RESOURCES.get(service)
    resources = find(operation, params, call) if find else []
    for forms, held in resources or [(("*",), {})]:
        permission = Permission(
            action=f"{prefix}:{operation}", resources=forms, context={**tags, **held}
        )
        yield _of_repository(permission, call) if service == "ecr" else permission
        if operation in _TAGGING and (params.get("Tags") or params.get("tags")):
            yield Permission(action=_TAGGING[operation], resources=forms, context=tags)
    if key := params.get("encryptionConfiguration", {}).get("kmsKey"):
        yield from kms.grant(key, service, call)
    if service == "efs":
        yield from _on_interfaces(operation, params, call)
    if operation == "CreateActivation":
        role = call.arn(f"role/{params['IamRole']}", "iam")
        yield pass_role(role, "ssm.amazonaws.com")
        if tags:
            yield Permission(action="ssm:AddTagsToResource", resources=(role,), context=tags)


def _on_interfaces(operation: str, params: Params, call: Call) -> Iterator[Permission]:
    """The permissions of EC2 that operations on mount targets require, by EFS's API reference."""
    if operation == "CreateMountTarget":
        yield Permission(action="ec2:DescribeSubnets")
        yield Permission(action="ec2:DescribeNetworkInterfaces")
        subnet = call.arn(f"subnet/{params['SubnetId']}", "ec2")
        yield Permission(action="ec2:CreateNetworkInterface", resources=(subnet,))
    target = call.backend("efs").mount_targets_by_id.get(params.get("MountTargetId", ""))
    if target is not None and operation in _ON_INTERFACES:
        interface = call.arn(f"network-interface/{target.network_interface_id}", "ec2")
        yield Permission(action=_ON_INTERFACES[operation], resources=(interface,))


Found = list[tuple[tuple[str, ...], Mapping[str, Any]]]


def _ecr(operation: str, params: Params, call: Call) -> Found:
    if operation == "DescribeRepositories" and not params.get("repositoryNames"):
        return [((call.arn("repository/*", "ecr"),), {})]
    names = params.get("repositoryNames") or [params.get("repositoryName")]
    arns = [call.arn(f"repository/{name}", "ecr") for name in names if name]
    if "resourceArn" in params:
        arns.append(params["resourceArn"])
    found: Found = []
    ecr = call.backend("ecr")
    for each in arns:
        exists = each.partition(":repository/")[2] in ecr.repositories
        tags = ecr.tagger.get_tag_dict_for_resource(each) if exists else {}
        found.append(((each,), resource_tags(tags, "ecr:ResourceTag")))
    return found


def _of_repository(permission: Permission, call: Call) -> Permission:
    """The permission, with the policy of the repository that it names."""
    name = permission.resources[0].partition(":repository/")[2]
    repository = call.backend("ecr").repositories.get(name)
    policy = repository.policy if repository else None
    combine = partial(with_optional_policy, policy=policy, action=permission.action)
    return replace(permission, with_resource_policy=combine)


def _logs(operation: str, params: Params, call: Call) -> Found:
    if operation == "DescribeLogGroups":
        return [((call.arn("log-group::log-stream:", "logs"),), {})]
    if "resourceArn" in params:
        about = str(params["resourceArn"])
        return [((about, f"{about}:*"), {})]
    name = params.get("logGroupName") or params.get("logGroupIdentifier")
    if not name:
        return []
    group = name if name.startswith("arn:") else call.arn(f"log-group:{name}", "logs")
    stream = params.get("logStreamName")
    if stream and operation != "CreateLogStream":
        return [((f"{group}:log-stream:{stream}",), {})]
    # AWS's policies name a group with and without ":*".
    return [((group, f"{group}:log-stream:{stream or ''}"), {})]


def _iam(operation: str, params: Params, call: Call) -> Found:
    held = call.backend("iam")
    of = {
        "role": ("RoleName", held.roles.values()),
        "user": ("UserName", held.users.values()),
        "group": ("GroupName", held.groups.values()),
        "instance-profile": ("InstanceProfileName", held.instance_profiles.values()),
    }
    for kind, (member, existing) in of.items():
        name = params.get(member)
        if not name:
            continue
        found = next((each for each in existing if each.name == name), None)
        path = params.get("Path") or "/"
        new = call.arn(f"{kind}{path}{name}", "iam")
        tags = resource_tags(tags_of(found), "iam:ResourceTag")
        return [((found.arn if found is not None else new,), tags)]
    if "PolicyArn" in params:
        return [((str(params["PolicyArn"]),), {})]
    if "PolicyName" in params:
        path = params.get("Path") or "/"
        return [((call.arn(f"policy{path}{params['PolicyName']}", "iam"),), {})]
    caller = call.caller
    # The default UserName of these operations.
    if caller is not None and operation in ("GetUser", "CreateAccessKey", "ListAccessKeys"):
        return [((caller.principal.arn,), {})]
    return []


def _efs(_operation: str, params: Params, call: Call) -> Found:
    efs = call.backend("efs")
    held = params.get("FileSystemId") or params.get("ResourceId", "")
    if target := efs.mount_targets_by_id.get(params.get("MountTargetId", "")):
        held = target.file_system_id
    if "AccessPointId" in params or held.startswith("fsap-"):
        point = params.get("AccessPointId") or held
        return [((call.arn(f"access-point/{point}", "elasticfilesystem"),), {})]
    if not held:
        return []
    system = efs.file_systems_by_id.get(held)
    tags = {tag["Key"]: tag["Value"] for tag in efs.list_tags_for_resource(held)} if system else {}
    return [
        ((call.arn(f"file-system/{held}", "elasticfilesystem"),), resource_tags(tags)),
    ]


def _ssm(operation: str, params: Params, call: Call) -> Found:
    if "SettingId" in params:
        setting = str(params["SettingId"])
        if not setting.startswith("arn:"):
            setting = call.arn(f"servicesetting{setting}", "ssm")
        return [((setting,), {})]
    if params.get("ResourceType") == "ManagedInstance":
        return [node_resource(str(params["ResourceId"]), call)]
    if "InstanceId" in params and str(params["InstanceId"]).startswith("mi-"):
        if "CommandId" in params:
            return []
        return [node_resource(str(params["InstanceId"]), call)]
    names = params.get("Names") or ([params["Name"]] if "Name" in params else [])
    if operation.endswith(("Parameter", "Parameters", "ParameterHistory")):
        return [((call.arn(f"parameter/{name.lstrip('/')}", "ssm"),), {}) for name in names]
    if "Document" in operation and names:
        return [((call.arn(f"document/{name}", "ssm"),), {}) for name in names]
    return []


def _quotas(operation: str, params: Params, call: Call) -> Found:
    if operation != "GetServiceQuota":
        return []
    return [((call.arn(f"{params['ServiceCode']}/{params['QuotaCode']}", "servicequotas"),), {})]


_RESOURCES: Mapping[str, Callable[[str, Params, Call], Found]] = {
    "ecr": _ecr,
    "efs": _efs,
    "iam": _iam,
    "logs": _logs,
    "service-quotas": _quotas,
    "ssm": _ssm,
}
