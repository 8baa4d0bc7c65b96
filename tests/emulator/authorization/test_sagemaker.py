"""The permissions of SageMaker's operations, for alice and bob with their client policies."""

from typing import Any

import pytest

from catalog.distribution import image_arn
from studio_emulator import studio
from studio_emulator.authorization.sagemaker import permissions
from studio_emulator.server import Emulator
from tests.emulator.authorization.people import People
from tests.emulator.authorization.required import required
from tests.emulator.control_plane import ControlPlane
from tests.emulator.samples import (
    ACCOUNT,
    REGION,
    allow,
    as_tags,
    client_with,
    create_user,
    make_role,
    refusal,
)

USER = f"User: arn:aws:iam::{ACCOUNT}:user/alice"
APP = {"AppType": "JupyterLab", "AppName": "default"}
SPEC = {"InstanceType": "ml.t3.large", "SageMakerImageArn": image_arn(REGION, "ml.t3.large")}


def of_bob(domain: str) -> dict[str, dict[str, Any]]:
    """A request per operation of Studio, for bob's resources, the domain or the account."""
    arn = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:space/{domain}/bob"
    profile = {"DomainId": domain, "UserProfileName": "bob"}
    space = {"DomainId": domain, "SpaceName": "bob"}
    image = {"ImageName": "tools"}
    config = {"StudioLifecycleConfigName": "ssh-bob"}
    role = f"arn:aws:iam::{ACCOUNT}:role/studio"
    return {
        "AddTags": {"ResourceArn": arn, "Tags": [{"Key": "a", "Value": "b"}]},
        "CreateApp": {**space, **APP},
        "CreateAppImageConfig": {"AppImageConfigName": "tools"},
        "CreateDomain": {
            "DomainName": "other",
            "AuthMode": "IAM",
            "VpcId": "vpc-0123456789abcdef0",
            "SubnetIds": ["subnet-0123456789abcdef0"],
            "DefaultUserSettings": {"ExecutionRole": role},
        },
        "CreateImage": {**image, "RoleArn": role},
        "CreateImageVersion": {**image, "BaseImage": "x", "ClientToken": "x" * 36},
        "CreatePresignedDomainUrl": profile,
        "CreateSpace": {**space, "SpaceName": "another"},
        "CreateStudioLifecycleConfig": {
            **config,
            "StudioLifecycleConfigContent": "c3No",
            "StudioLifecycleConfigAppType": "JupyterLab",
        },
        "CreateUserProfile": {**profile, "UserProfileName": "other"},
        "DeleteApp": {**space, **APP},
        "DeleteAppImageConfig": {"AppImageConfigName": "tools"},
        "DeleteDomain": {"DomainId": domain},
        "DeleteImage": image,
        "DeleteImageVersion": {**image, "Version": 1},
        "DeleteSpace": space,
        "DeleteStudioLifecycleConfig": config,
        "DeleteTags": {"ResourceArn": arn, "TagKeys": ["a"]},
        "DeleteUserProfile": profile,
        "DescribeAppImageConfig": {"AppImageConfigName": "tools"},
        "DescribeImage": image,
        "DescribeStudioLifecycleConfig": config,
        "ListAliases": image,
        "ListAppImageConfigs": {},
        "ListImageVersions": image,
        "ListImages": {},
        "ListStudioLifecycleConfigs": {},
        "ListTags": {"ResourceArn": arn},
        "ListUserProfiles": {},
        "StartSession": {"ResourceIdentifier": arn},
        "UpdateAppImageConfig": {"AppImageConfigName": "tools"},
        "UpdateDomain": {"DomainId": domain},
        "UpdateImage": image,
        "UpdateImageVersion": {**image, "Version": 1},
        "UpdateSpace": {**space, "SpaceSettings": {"RemoteAccess": "ENABLED"}},
        "UpdateUserProfile": profile,
    }


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


def test_requests_cover_all_studio_operations() -> None:
    assert of_bob("d-x").keys() | READ == studio.OPERATIONS.keys()


@pytest.mark.parametrize("operation", sorted(of_bob("d-x")))
def test_alice_has_no_access_to_bobs_resources(people: People, operation: str) -> None:
    params = of_bob(people.studio.domain_id)[operation]
    sagemaker = people.client("sagemaker")
    method = next(
        m for m, name in sagemaker.meta.method_to_api_mapping.items() if name == operation
    )
    code, message = refusal(getattr(sagemaker, method), **params)
    assert code == "AccessDeniedException"
    action = f"sagemaker:{operation}"
    assert message.startswith(f"{USER} is not authorized to perform: {action} on resource: ")
    assert message.endswith(f" because no identity-based policy allows the {action} action")


def test_alice_uses_her_app(people: People) -> None:
    sagemaker, domain = people.client("sagemaker"), people.studio.domain_id
    of = {"DomainId": domain, "SpaceName": "alice"}
    assert sagemaker.list_domains()["Domains"][0]["DomainId"] == domain
    assert {s["SpaceName"] for s in sagemaker.list_spaces()["Spaces"]} == {"alice", "bob"}
    sagemaker.describe_domain(DomainId=domain)
    sagemaker.describe_user_profile(DomainId=domain, UserProfileName="alice")
    sagemaker.update_space(**of, SpaceSettings={"RemoteAccess": "ENABLED"})
    while sagemaker.describe_space(**of)["Status"] != "InService":
        pass
    sagemaker.create_app(**of, **APP, ResourceSpec=SPEC)
    while sagemaker.describe_app(**of, **APP)["Status"] == "Pending":
        pass
    arn = sagemaker.describe_space(**of)["SpaceArn"]
    assert sagemaker.start_session(ResourceIdentifier=arn)["SessionId"]
    assert sagemaker.list_apps(DomainIdEquals=domain)["Apps"]
    sagemaker.delete_app(**of, **APP)
    people.client("ec2").describe_vpc_endpoints()
    people.client("service-quotas").list_service_quotas(ServiceCode="sagemaker")
    people.client("ssm").describe_instance_information()


def test_alice_updates_only_remote_access_of_her_space(people: People) -> None:
    """A condition on remote access does not hold where the request does not name it."""
    of = {"DomainId": people.studio.domain_id, "SpaceName": "alice"}
    code, _ = refusal(people.client("sagemaker").update_space, **of, SpaceDisplayName="mine")
    assert code == "AccessDeniedException"


def test_tags_and_roles_of_a_request_need_their_own_actions(aws: Emulator) -> None:
    role = make_role(aws, "images")
    create = allow("sagemaker:CreateImage", resource="arn:aws:sagemaker:*:*:image/tools")
    tag = allow("sagemaker:AddTags", StringEquals={"sagemaker:TaggingAction": "CreateImage"})
    passing = allow(
        "iam:PassRole",
        resource=role,
        StringEquals={"iam:PassedToService": "sagemaker.amazonaws.com"},
    )
    image = {"RoleArn": role, "Tags": [{"Key": "team", "Value": "a"}]}
    for number, (statements, name, lacking) in enumerate(
        [
            ([create], "tools", "sagemaker:AddTags"),
            ([create, tag], "tools", f"iam:PassRole on resource: {role}"),
            ([create, tag, passing], "other", "sagemaker:CreateImage"),
            ([create, tag, passing], "tools", None),
        ]
    ):
        sagemaker = client_with(aws, "sagemaker", create_user(aws, f"user-{number}", *statements))
        if lacking is None:
            assert sagemaker.create_image(ImageName=name, **image)["ImageArn"]
        else:
            code, message = refusal(sagemaker.create_image, ImageName=name, **image)
            assert (code, f"perform: {lacking}" in message) == ("AccessDeniedException", True)


def of(resource: str, region: str = "eu-west-1") -> str:
    return f"arn:aws:sagemaker:{region}:{ACCOUNT}:{resource}"


@pytest.mark.parametrize(
    ("operation", "params", "resource"),
    [
        ("DescribeImageVersion", {"ImageName": "Slim"}, "image-version/slim/1"),
        ("DescribeImageVersion", {"ImageName": "slim", "Alias": "old"}, "image-version/slim/*"),
        ("DeleteImageVersion", {"ImageName": "slim", "Version": 7}, "image-version/slim/7"),
        ("ListAliases", {"ImageName": "slim"}, "image/slim"),
        ("DeleteModel", {"ModelName": "M"}, "model/m"),
    ],
)
def test_resources(
    studio: ControlPlane, operation: str, params: dict[str, Any], resource: str
) -> None:
    studio.image()
    found = required(permissions(operation, params, studio.call))
    assert found == [f"sagemaker:{operation} {of(resource)}"]


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


def test_key_of_a_domain(studio: ControlPlane) -> None:
    asked = {**studio.domain_params(), "KmsKeyId": "home"}
    key = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/home"
    found = required(permissions("CreateDomain", asked, studio.call))
    assert found[-2:] == [f"kms:CreateGrant {key}", f"kms:DescribeKey {key}"]
