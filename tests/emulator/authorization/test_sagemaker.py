"""The permissions of SageMaker's operations, for alice and bob with their client policies."""

from typing import Any

import pytest
from botocore import xform_name

from catalog.distribution import image_arn
from studio_emulator import services
from studio_emulator.authorization.sagemaker import permissions
from tests.emulator.authorization.conftest import People, required
from tests.emulator.control_plane import ROLE, SERVICE_MODEL, ControlPlane
from tests.emulator.samples import ACCOUNT, REGION, as_tags, refusal
from tests.studio.account import create_domain, create_profile, create_space

USER = f"User: arn:aws:iam::{ACCOUNT}:user/alice"
APP = {"AppType": "JupyterLab", "AppName": "default"}
OF_DOMAIN = {"DomainId": "d-1"}
SPEC = {"InstanceType": "ml.t3.large", "SageMakerImageArn": image_arn(REGION, "ml.t3.large")}


def of_bob(operation: str, domain: str) -> dict[str, Any]:
    """A request for bob's resources, the domain or the account: the members that it needs."""
    arn = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:space/{domain}/bob"
    values: dict[str, Any] = {
        **APP,
        "AppImageConfigName": "tools",
        "AuthMode": "IAM",
        "BaseImage": "x",
        "ClientToken": "x" * 36,
        "DefaultUserSettings": {"ExecutionRole": ROLE},
        "DomainId": domain,
        "DomainName": "other",
        "ImageName": "tools",
        "ResourceArn": arn,
        "ResourceIdentifier": arn,
        "RoleArn": ROLE,
        "SpaceName": "bob",
        "SpaceSettings": {"RemoteAccess": "ENABLED"},
        "StudioLifecycleConfigAppType": "JupyterLab",
        "StudioLifecycleConfigContent": "c3No",
        "StudioLifecycleConfigName": "ssh-bob",
        "TagKeys": ["a"],
        "Tags": as_tags(a="b"),
        "UserProfileName": "bob",
    }
    shape = SERVICE_MODEL.operation_model(operation).input_shape
    optional = {"SpaceName", "SpaceSettings"} & shape.members.keys()
    return {member: values[member] for member in {*shape.required_members, *optional}}


READ = {
    "DescribeApp",
    "DescribeDomain",
    "DescribeImageVersion",
    "DescribeSpace",
    "DescribeUserProfile",
    "ListApps",
    "ListDomains",
    "ListSpaces",
}
"""The operations that the client policy allows on all resources."""
REFUSED = [
    each
    for each in SERVICE_MODEL.operation_names
    if services.function_of("sagemaker", each) and each not in READ
]


@pytest.mark.parametrize("operation", REFUSED)
def test_alice_has_no_access_to_bobs_resources(people: People, operation: str) -> None:
    params = of_bob(operation, people.studio.domain_id)
    sagemaker = people.client("sagemaker")
    code, message = refusal(getattr(sagemaker, xform_name(operation)), **params)
    assert code == "AccessDeniedException"
    action = f"sagemaker:{operation}"
    assert message.startswith(f"{USER} is not authorized to perform: {action} on resource: ")
    assert message.endswith(f" because no identity-based policy allows the {action} action")


def test_alice_updates_only_remote_access_of_her_space(people: People) -> None:
    """A condition on remote access does not hold where the request does not name it."""
    of = {"DomainId": people.studio.domain_id, "SpaceName": "alice"}
    code, _ = refusal(people.client("sagemaker").update_space, **of, SpaceDisplayName="mine")
    assert code == "AccessDeniedException"


def test_alice_has_no_access_to_alice_of_another_deployment(people: People) -> None:
    admin, ours = people.studio.sagemaker, people.studio.domain_id
    domain = admin.describe_domain(DomainId=ours)
    same = {member: domain[member] for member in ("VpcId", "SubnetIds", "DefaultUserSettings")}
    theirs = create_domain(admin, DomainName="other", **same)
    create_profile(admin, theirs, "alice", deployment="other")
    create_space(admin, theirs, "alice", "alice", deployment="other")
    alice = people.client("sagemaker")
    on = {"SpaceName": "alice", "SpaceSettings": {"RemoteAccess": "ENABLED"}}
    assert alice.create_presigned_domain_url(DomainId=ours, UserProfileName="alice")
    assert alice.update_space(DomainId=ours, **on)
    for call, params in (
        (alice.create_presigned_domain_url, {"UserProfileName": "alice"}),
        (alice.update_space, on),
    ):
        assert refusal(call, DomainId=theirs, **params)[0] == "AccessDeniedException"


def of(resource: str, region: str = "eu-west-1") -> str:
    return f"arn:aws:sagemaker:{region}:{ACCOUNT}:{resource}"


@pytest.mark.parametrize(
    ("operation", "params", "resource"),
    [
        ("DescribeImageVersion", {"ImageName": "Slim"}, "image-version/slim/2"),
        ("DescribeImageVersion", {"ImageName": "slim", "Alias": "old"}, "image-version/slim/1"),
        ("DescribeImageVersion", {"ImageName": "slim", "Alias": "none"}, "image-version/slim/*"),
        ("DeleteImageVersion", {"ImageName": "slim", "Version": 7}, "image-version/slim/7"),
        ("ListAliases", {"ImageName": "slim"}, "image/slim"),
        ("DeleteModel", {"ModelName": "M"}, "model/m"),
        ("DescribeDomain", OF_DOMAIN, "domain/d-1"),
        ("UpdateUserProfile", OF_DOMAIN | {"UserProfileName": "Bob"}, "user-profile/d-1/bob"),
        ("UpdateSpace", OF_DOMAIN | {"SpaceName": "Lab"}, "space/d-1/lab"),
        ("DeleteApp", OF_DOMAIN | {"SpaceName": "lab"} | APP, "app/d-1/lab/JupyterLab/default"),
    ],
)
def test_resources(
    studio: ControlPlane, operation: str, params: dict[str, Any], resource: str
) -> None:
    studio.image(versions=["CREATED", "CREATED"])
    studio.UpdateImageVersion(ImageName="slim", Version=1, AliasesToAdd=["old"])
    found = permissions(operation, params, studio.call)
    assert required(operation, found, studio.call) == [resource]


def test_condition_keys(studio: ControlPlane) -> None:
    space = {"DomainId": studio.idle_space(), "SpaceName": "lab"}
    studio.AddTags(ResourceArn=of(f"space/{space['DomainId']}/lab"), Tags=as_tags(team="a"))
    settings = {"RemoteAccess": "ENABLED", "JupyterLabAppSettings": {"DefaultResourceSpec": SPEC}}
    (found,) = permissions("UpdateSpace", {**space, "SpaceSettings": settings}, studio.call)
    assert found.context == {
        "aws:ResourceTag/team": "a",
        "sagemaker:ImageArns": [SPEC["SageMakerImageArn"]],
        "sagemaker:InstanceTypes": ["ml.t3.large"],
        "sagemaker:OwnerUserProfileArn": of(f"user-profile/{space['DomainId']}/alice"),
        "sagemaker:RemoteAccess": "ENABLED",
        "sagemaker:ResourceTag/team": "a",
        "sagemaker:SpaceSharingType": "Private",
    }


def test_key_and_execution_role_of_a_domain(studio: ControlPlane) -> None:
    asked = {**studio.domain_params(), "KmsKeyId": "home"}
    found = permissions("CreateDomain", asked, studio.call)
    role, *key = required("CreateDomain", found, studio.call)[-3:]
    assert key == ["kms:CreateGrant key/home", "kms:DescribeKey key/home"]
    assert role == "iam:PassRole role/studio"


def test_tags_and_roles_of_a_request_need_their_own_actions(studio: ControlPlane) -> None:
    asked = {"ImageName": "tools", "RoleArn": ROLE, "Tags": as_tags(team="a")}
    found = list(permissions("CreateImage", asked, studio.call))
    expected = ["image/tools", "sagemaker:AddTags image/tools", "iam:PassRole role/studio"]
    assert required("CreateImage", found, studio.call) == expected
    assert found[1].context["sagemaker:TaggingAction"] == "CreateImage"
    assert found[2].context == {"iam:PassedToService": "sagemaker.amazonaws.com"}
