"""The permissions of SageMaker's operations for Studio.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
"""

from collections.abc import Iterator
from typing import Any

from studio_emulator.authorization import kms
from studio_emulator.authorization.permissions import Permission, pass_role, request_tags
from studio_emulator.call import Call, Params
from studio_emulator.iam import resource_tags
from studio_emulator.studio import lookup
from studio_emulator.studio.apps import app_arn
from studio_emulator.studio.lifecycle import Resource
from studio_emulator.studio.store import Store, mentioned, store

_IN_SPACES = frozenset(
    {"CreateApp", "CreateSpace", "DeleteApp", "DeleteSpace", "UpdateApp", "UpdateSpace"}
)
_KINDS = {
    "AppImageConfigName": "app-image-config",
    "ImageName": "image",
    "InferenceComponentName": "inference-component",
    "ModelName": "model",
    "NotebookInstanceName": "notebook-instance",
    "PipelineName": "pipeline",
    "StudioLifecycleConfigName": "studio-lifecycle-config",
    "TrainingJobName": "training-job",
}
"""Types of resources by the member with the resource's name."""

# The members, at any depth, with the values of a condition key.
_REQUESTED = {
    "sagemaker:AppNetworkAccessType": ("AppNetworkAccessType",),
    "sagemaker:ImageArns": ("SageMakerImageArn",),
    "sagemaker:ImageVersionArns": ("SageMakerImageVersionArn",),
    "sagemaker:InstanceTypes": ("InstanceType",),
    "sagemaker:RemoteAccess": ("RemoteAccess",),
    "sagemaker:StudioLifecycleConfigArns": ("LifecycleConfigArn", "LifecycleConfigArns"),
    "sagemaker:VolumeKmsKey": ("KmsKeyId",),
    "sagemaker:VpcSecurityGroupIds": ("SecurityGroups", "SecurityGroupIds"),
    "sagemaker:VpcSubnets": ("SubnetIds",),
}
_ONE_VALUE = ("sagemaker:AppNetworkAccessType", "sagemaker:RemoteAccess", "sagemaker:VolumeKmsKey")
_ROLES = ("ExecutionRole", "RoleArn")


def permissions(operation: str, params: Params, call: Call) -> Iterator[Permission]:
    """The action itself, tagging, and the passing of roles."""
    held = store(call)
    resource = _resource(operation, params, call)
    context = _context(operation, params, call, held, resource)
    yield Permission(action=f"sagemaker:{operation}", resources=(resource,), context=context)
    if operation.startswith("Create") and params.get("Tags"):
        # https://docs.aws.amazon.com/sagemaker/latest/dg/security_iam_id-based-policy-examples.html
        yield Permission(
            action="sagemaker:AddTags",
            resources=(resource,),
            context={**context, "sagemaker:TaggingAction": operation},
        )
    if operation.startswith(("Create", "Update")):
        for role in dict.fromkeys(mentioned(params, _ROLES)):
            yield pass_role(role, "sagemaker.amazonaws.com")
    if operation == "CreateDomain" and params.get("KmsKeyId"):
        yield from kms.grant(params["KmsKeyId"], "sagemaker", call)


def _resource(operation: str, params: Params, call: Call) -> str:
    if "ResourceArn" in params:
        return str(params["ResourceArn"])
    if operation.startswith("List") and operation not in ("ListAliases", "ListImageVersions"):
        return "*"
    if operation.endswith("Domain"):
        return call.arn(f"domain/{params.get('DomainId', '*')}")
    if operation.endswith("App") and "AppType" in params:
        return app_arn(params, call)
    if operation.endswith("Space"):
        return call.arn(f"space/{params['DomainId']}/{params['SpaceName'].lower()}")
    if operation.endswith("UserProfile") or operation == "CreatePresignedDomainUrl":
        name = params["UserProfileName"].lower()
        return call.arn(f"user-profile/{params['DomainId']}/{name}")
    if operation.endswith("ImageVersion") and operation != "CreateImageVersion":
        return call.arn(f"image-version/{params['ImageName'].lower()}/{_version(params, call)}")
    for member, kind in _KINDS.items():
        if member in params:
            return call.arn(f"{kind}/{params[member].lower()}")
    return "*"


def _version(params: Params, call: Call) -> str:
    """The number of the requested version; `*` if it does not exist."""
    if "Version" in params:
        return str(params["Version"])
    held = [
        version
        for (image, _), version in store(call).image_versions.items()
        if image.lower() == params["ImageName"].lower()
    ]
    if "Alias" in params:
        held = [each for each in held if params["Alias"] in each.owned["aliases"]]
    numbers = [int(each.data["Version"]) for each in held]
    return str(max(numbers)) if numbers else "*"


def _context(
    operation: str, params: Params, call: Call, held: Store, resource: str
) -> dict[str, Any]:
    context = request_tags(params.get("Tags"))
    if "TagKeys" in params:
        context["aws:TagKeys"] = params["TagKeys"]
    # The resource of CreatePresignedDomainUrl is an existing user profile.
    if not operation.startswith("Create") or operation == "CreatePresignedDomainUrl":
        context |= resource_tags(held.tags.get(resource, {}), "sagemaker:ResourceTag")
    if operation.startswith(("Create", "Update")):
        for key, members in _REQUESTED.items():
            if found := mentioned(params, members):
                context[key] = found[0] if key in _ONE_VALUE else found
    if operation in _IN_SPACES and "SpaceName" in params:
        context |= _ownership(params, call, held)
    return context


def _ownership(params: Params, call: Call, held: Store) -> dict[str, Any]:
    """The owner and the sharing type of an existing or a requested space."""
    domain_id = params["DomainId"]
    space: Resource | None = held.spaces.get((domain_id, params["SpaceName"].lower()))
    data = space.data if space is not None else params
    owner = data.get("OwnershipSettings", {}).get("OwnerUserProfileName")
    sharing = data.get("SpaceSharingSettings", {}).get("SharingType")
    keys = {
        "sagemaker:OwnerUserProfileArn": owner and lookup.user_profile_arn(call, domain_id, owner),
        "sagemaker:SpaceSharingType": sharing,
    }
    return {key: value for key, value in keys.items() if value}
