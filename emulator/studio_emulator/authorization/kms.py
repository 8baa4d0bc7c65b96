"""KMS's actions and resources, with the policies of keys; the use of keys by S3 and others.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awskeymanagementservice.html
https://docs.aws.amazon.com/kms/latest/developerguide/policy-evaluation.html
"""

from collections.abc import Iterator, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

from studio_emulator.authorization.permissions import Permission, request_tags
from studio_emulator.call import Call, Params
from studio_emulator.iam import resource_tags
from studio_emulator.iam.resource_policies import with_resource_policy
from studio_emulator.services import key_states

_WITHOUT_KEY = ("CreateKey", "GenerateRandom", "ListKeys", "ListRetirableGrants")


def permissions(operation: str, params: Params, call: Call) -> Iterator[Permission]:
    """The action on each key, and on the alias if the request names one."""
    if operation == "ReEncrypt":
        yield _on_key("ReEncryptFrom", params.get("SourceKeyId", ""), params, call)
        yield _on_key("ReEncryptTo", params["DestinationKeyId"], params, call)
        return
    if "AliasName" in params:
        yield Permission(
            action=f"kms:{operation}", resources=(call.arn(str(params["AliasName"]), "kms"),)
        )
    named = params.get("KeyId") or params.get("TargetKeyId") or params.get("AliasName")
    if operation in _WITHOUT_KEY or not named:
        tags = request_tags(params.get("Tags"))
        yield Permission(action=f"kms:{operation}", context=tags)
        if tags and operation == "CreateKey":
            yield Permission(action="kms:TagResource", context=tags)
        return
    yield _on_key(operation, named, params, call)


def grant(named: str, service: str, call: Call) -> Iterator[Permission]:
    """The permissions on the key that CreateDomain and CreateRepository require.

    https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html (kms:ViaService,
    kms:GrantIsForAWSResource)
    """
    via = _via(service, call)
    yield _on_key("CreateGrant", named, {}, call, via | {"kms:GrantIsForAWSResource": True})
    yield _on_key("DescribeKey", named, {}, call, via)


def of_object(operation: str, named: str, arn: str, call: Call) -> Iterator[Permission]:
    """The permission with which S3 uses the key for the caller; none for an AWS managed key.

    arn: of the object, or of the bucket if the object has a bucket key.
    """
    managed = key_states.is_aws_managed(key_states.named(named, call))
    if not managed and key_states.AWS_ALIASES not in named:
        params = {"EncryptionContext": {"aws:s3:arn": arn}}
        yield _on_key(operation, named, params, call, _via("s3", call))


def _via(service: str, call: Call) -> dict[str, Any]:
    return {"kms:ViaService": f"{service}.{call.region}.amazonaws.com"}


def _on_key(
    operation: str,
    named: str,
    params: Params,
    call: Call,
    via: Mapping[str, Any] = MappingProxyType({}),
) -> Permission:
    key = key_states.named(named, call)
    if key is None:
        resource = named if named.startswith("arn:") else call.arn(f"key/{named}", "kms")
        return Permission(action=f"kms:{operation}", resources=(resource,), context=via)
    tags = call.backend("kms").tagger.get_tag_dict_for_resource(key.id)
    context = {
        "kms:CallerAccount": call.account,
        **via,
        **request_tags(params.get("Tags")),
        **resource_tags(tags),
        **{
            f"kms:EncryptionContext:{name}": value
            for name, value in params.get("EncryptionContext", {}).items()
        },
    }
    combine = partial(with_resource_policy, policy=key.policy, action=f"kms:{operation}")
    return Permission(
        action=f"kms:{operation}",
        resources=(key.arn,),
        context=context,
        with_resource_policy=combine,
    )
