"""The actions and resources for which a request needs permission.

https://docs.aws.amazon.com/service-authorization/latest/reference/
A resource that this module does not derive is `*`, which only a statement for `*` allows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from studio_emulator.errors import AwsError
from studio_emulator.iam.conditions import Context
from studio_emulator.studio.call import Call

Params = Mapping[str, Any]


class Permission(NamedTuple):
    """An action on a resource, with condition keys of the request."""

    action: str
    resource: str
    context: Context


_PREFIXES = {
    "efs": "elasticfilesystem",
    "service-quotas": "servicequotas",
    "resourcegroupstaggingapi": "tag",
}
_S3_ACTIONS = {
    "CopyObject": "PutObject",
    "DeleteObjects": "DeleteObject",
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "HeadBucket": "ListBucket",
    "ListBuckets": "ListAllMyBuckets",
    "HeadObject": "GetObject",
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
}
_TAGGING = {
    "CreateKey": "kms:TagResource",
    "CreateLogGroup": "logs:TagResource",
    "CreatePolicy": "iam:TagPolicy",
    "CreateRepository": "ecr:TagResource",
    "CreateRole": "iam:TagRole",
}
_SAGEMAKER_ARNS = {
    "App": "app/{DomainId}/{Owner}/{AppType}/{AppName}",
    "AppImageConfig": "app-image-config/{AppImageConfigName}",
    "Domain": "domain/{DomainId}",
    "Image": "image/{ImageName}",
    "ImageVersion": "image-version/{ImageName}/{Version}",
    "Space": "space/{DomainId}/{SpaceName}",
    "StudioLifecycleConfig": "studio-lifecycle-config/{StudioLifecycleConfigName}",
    "UserProfile": "user-profile/{DomainId}/{UserProfileName}",
}
_PASSED_TO = {"ec2": "vpc-flow-logs.amazonaws.com", "sagemaker": "sagemaker.amazonaws.com"}
_DENIED = {"ec2": "UnauthorizedOperation", "iam": "AccessDenied", "s3": "AccessDenied"}
_CHECKED_BY_THEMSELVES = {"StartSession", "ResumeSession", "TerminateSession", "SendCommand"}
_PUBLIC = {"GetCallerIdentity", "GetSessionToken"}
"""https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html"""
_EC2_ID = re.compile(r"(?:vpc|subnet|rtb|sg|vpce|fl|eni)-[0-9a-f]+")


def authorize(service: str, operation: str, params: Params, call: Call) -> None:
    """AwsError where a policy of the caller does not allow the request; root may do all.

    service: botocore's name.
    """
    if call.caller is None or operation in _CHECKED_BY_THEMSELVES or operation in _PUBLIC:
        return
    for permission in permissions(service, operation, params, call):
        try:
            call.check(*permission)
        except AwsError as denied:
            raise AwsError(_DENIED.get(service, denied.code), denied.message, 403) from denied


def permissions(service: str, operation: str, params: Params, call: Call) -> Iterator[Permission]:
    """What the request needs, dependent actions included."""
    prefix = _PREFIXES.get(service, service)
    name = _S3_ACTIONS.get(operation, operation) if service == "s3" else operation
    tags = _tags(params)
    context: dict[str, Any] = {f"aws:RequestTag/{key}": value for key, value in tags.items()}
    if name == "ListBucket":
        context["s3:prefix"] = params.get("Prefix", "")
    resource = _resource(service, operation, params, call)
    held = _ec2_tags(params, call) if service == "ec2" else {}
    yield Permission(f"{prefix}:{name}", resource, {**held, **context})
    if tags and service == "ec2" and operation != "CreateTags":
        yield Permission("ec2:CreateTags", "*", {**context, "ec2:CreateAction": operation})
    if tags and service == "sagemaker" and operation.startswith("Create"):
        tagging: Context = {**context, "sagemaker:TaggingAction": operation}
        yield Permission("sagemaker:AddTags", resource, tagging)
    if tags and operation in _TAGGING:
        yield Permission(_TAGGING[operation], resource, context)
    if service in _PASSED_TO:
        for role in sorted(set(_roles(params))):
            yield Permission("iam:PassRole", role, {"iam:PassedToService": _PASSED_TO[service]})
    if params.get("PrivateDnsEnabled") and operation == "CreateVpcEndpoint":
        yield Permission("route53:AssociateVPCWithHostedZone", "*", {})
    if (key := _key(operation, params)) is not None:
        via: Context = {"kms:ViaService": f"{service}.{call.region}.amazonaws.com"}
        for action in ("kms:CreateGrant", "kms:DescribeKey"):
            yield Permission(action, _key_arn(key, call), via)


def _resource(service: str, operation: str, params: Params, call: Call) -> str:
    def arn(rest: str, *, region: str = call.region) -> str:
        return f"arn:{call.partition}:{service}:{region}:{call.account}:{rest}"

    match service, params:
        case "s3", {"Bucket": str(bucket)}:
            key = params.get("Key")
            return f"arn:{call.partition}:s3:::{bucket}" + (f"/{key}" if key else "")
        case "iam", {"RoleName": str(name)}:
            roles = call.backend("iam").roles.values()
            role = next((role.arn for role in roles if role.name == name), None)
            return role or arn(f"role{params.get('Path', '/')}{name}", region="")
        case "iam", {"PolicyArn": str(policy)}:
            return policy
        case "iam", {"PolicyName": str(name)}:
            return arn(f"policy{params.get('Path', '/')}{name}", region="")
        case "ecr", {"repositoryName": str(name)} | {"repositoryNames": [str(name)]}:
            return arn(f"repository/{name}")
        case (("ecr" | "logs"), {"resourceArn": str(named)}):
            return named
        case "logs", {"logGroupName": str(name)}:
            return arn(f"log-group:{name}")
        case "kms", {"KeyId": str(key)}:
            return _key_arn(key, call)
        case "sagemaker", {"ResourceArn": str(named)}:
            return named
        case "sagemaker", _:
            kind = re.sub(r"^(?:Create|Delete|Describe|Update)", "", operation)
            if kind == operation or kind not in _SAGEMAKER_ARNS:
                return "*"
            owner = params.get("SpaceName") or params.get("UserProfileName")
            values = {"Owner": owner, **params}
            return arn(
                re.sub(
                    r"\{(\w+)\}",
                    lambda found: str(values.get(found[1]) or "*").lower(),
                    _SAGEMAKER_ARNS[kind],
                )
            )
    return "*"


def _key_arn(key: str, call: Call) -> str:
    if key.startswith("arn:"):
        return key
    return f"arn:{call.partition}:kms:{call.region}:{call.account}:key/{key}"


def _key(operation: str, params: Params) -> str | None:
    """The key with which a service encrypts by a grant of the caller."""
    if operation == "CreateDomain":
        return params.get("KmsKeyId")
    if operation == "CreateRepository":
        key: str | None = params.get("encryptionConfiguration", {}).get("kmsKey")
        return key
    return None


def _tags(params: Params) -> dict[str, str]:
    lists = [params.get("Tags"), params.get("tags")]
    lists += [one.get("Tags") for one in params.get("TagSpecifications") or ()]
    found: dict[str, str] = {}
    for tags in lists:
        if isinstance(tags, Mapping):
            found |= tags
        for tag in tags if isinstance(tags, list) else ():
            key = tag.get("Key", tag.get("TagKey"))
            found[key] = tag.get("Value", tag.get("TagValue", ""))
    return found


def _ec2_tags(params: Params, call: Call) -> Context:
    """`aws:ResourceTag` of the resources that the request names, if they are the same in all."""
    held = call.backend("ec2").tags
    tags = [held.get(id_, {}) for id_ in _texts(params) if _EC2_ID.fullmatch(id_)]
    if not tags:
        return {}
    return {
        f"aws:ResourceTag/{key}": value
        for key, value in tags[0].items()
        if all(other.get(key) == value for other in tags)
    }


def _roles(params: Params) -> Iterator[str]:
    return (
        text for text in _texts(params) if re.fullmatch(r"arn:[\w-]+:iam::\d{12}:role/.+", text)
    )


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case Mapping():
            for one in value.values():
                yield from _texts(one)
        case list():
            for one in value:
                yield from _texts(one)
