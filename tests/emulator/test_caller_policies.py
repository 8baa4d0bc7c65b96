"""The permissions of alice and bob with their deployed client policies."""

from typing import Any

import pytest

from catalog.distribution import image_arn
from studio_emulator import studio
from studio_emulator.server import Emulator
from tests.e2e.small_studio import SmallStudio
from tests.emulator.samples import ACCOUNT, REGION, client_with, refusal

USER = f"User: arn:aws:iam::{ACCOUNT}:user/alice"
KEYS = f"sagemaker-{REGION}-{ACCOUNT}"
APP = {"AppType": "JupyterLab", "AppName": "default"}
SPEC = {"InstanceType": "ml.t3.large", "SageMakerImageArn": image_arn(REGION, "ml.t3.large")}


class People:
    """Two users with only their deployed client policies."""

    def __init__(self, aws: Emulator) -> None:
        self.aws = aws
        self.studio = SmallStudio(aws, "alice", "bob")
        self._clients: dict[tuple[str, str], Any] = {}
        self._keys = {user: self.studio.credentials(user) for user in ("alice", "bob")}

    def client(self, service: Any, user: str = "alice") -> Any:
        if (service, user) not in self._clients:
            key = {
                "AccessKeyId": self._keys[user]["AWS_ACCESS_KEY_ID"],
                "SecretAccessKey": "secret",
            }
            self._clients[service, user] = client_with(self.aws, service, key)
        return self._clients[service, user]


@pytest.fixture(scope="module")
def people(aws_of_file: Emulator) -> People:
    made = People(aws_of_file)
    made.studio.start("bob", "ml.t3.large")
    return made


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


@pytest.mark.parametrize(
    ("service", "operation", "params", "code", "resource"),
    [
        ("ec2", "delete_vpc", {"VpcId": "VPC"}, "UnauthorizedOperation", "vpc/vpc-"),
        (
            "ecr",
            "delete_repository",
            {"repositoryName": "tools"},
            "AccessDeniedException",
            "/tools",
        ),
        ("ecr", "get_authorization_token", {}, "AccessDeniedException", "*"),
        ("efs", "describe_file_systems", {}, "AccessDeniedException", "*"),
        ("iam", "delete_role", {"RoleName": "studio"}, "AccessDenied", "role/studio"),
        ("iam", "list_roles", {}, "AccessDenied", "*"),
        ("kms", "create_key", {}, "AccessDeniedException", "*"),
        ("logs", "describe_log_groups", {}, "AccessDeniedException", "log-group::log-stream:"),
        ("resourcegroupstaggingapi", "get_resources", {}, "AccessDeniedException", "*"),
        ("s3", "list_buckets", {}, "AccessDenied", "*"),
        ("s3", "get_object", {"Bucket": KEYS, "Key": "k"}, "AccessDenied", KEYS),
        ("s3", "delete_object", {"Bucket": KEYS, "Key": "k"}, "AccessDenied", f"{KEYS}/k"),
        ("ssm", "describe_activations", {}, "AccessDeniedException", "*"),
    ],
)
def test_other_services_check_the_policies(
    people: People, service: str, operation: str, params: dict[str, Any], code: str, resource: str
) -> None:
    params = {k: people.studio.vpc_id if v == "VPC" else v for k, v in params.items()}
    found, message = refusal(getattr(people.client(service), operation), **params)
    assert found == code
    assert f"{USER} is not authorized to perform: " in message
    assert f"{resource}" in message.partition(" on resource: ")[2]
