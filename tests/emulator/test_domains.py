"""Domains: lifecycle, refusals, resources in the caller's network."""

from typing import Any

import pytest

from tests.emulator.control_plane import ACCOUNT, REGION, ROLE, ControlPlane, idle, refused

ID = "d-abcdefghijkl"


def test_lifecycle(studio: ControlPlane) -> None:
    made = studio.CreateDomain(**studio.domain_params())
    domain_id = made["DomainId"]
    assert made["DomainArn"] == f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:domain/{domain_id}"
    assert made["Url"] == f"https://{domain_id}.studio.{REGION}.sagemaker.aws"
    seen = []

    def record(seconds: float) -> None:
        studio.wait(seconds)
        seen.append(studio.DescribeDomain(DomainId=domain_id)["Status"])

    record(0)
    record(179)
    record(1)
    studio.UpdateDomain(DomainId=domain_id, TagPropagation="ENABLED")
    record(0)
    record(60)
    studio.DeleteDomain(DomainId=domain_id)
    record(0)
    studio.wait(300)
    assert seen == ["Pending", "Pending", "InService", "Updating", "InService", "Deleting"]
    refused("ResourceNotFound", "does not exist", studio.DescribeDomain, DomainId=domain_id)
    assert studio.ListDomains()["Domains"] == []


def test_description(studio: ControlPlane) -> None:
    lab = idle(IdleTimeoutInMinutes=90)
    settings = {"ExecutionRole": ROLE, "SecurityGroups": [studio.group]}
    domain_id = studio.domain(
        DefaultUserSettings=settings | {"JupyterLabAppSettings": lab},
        DomainSettings={"ExecutionRoleIdentityConfig": "USER_PROFILE_NAME"},
        Tags=[{"Key": "Project", "Value": "studio"}],
    )
    answer = studio.DescribeDomain(DomainId=domain_id)
    assert answer["DefaultUserSettings"] == {
        **settings,
        "JupyterLabAppSettings": lab,
        "AutoMountHomeEFS": "Enabled",
    }
    assert answer["DomainSettings"] == {"ExecutionRoleIdentityConfig": "USER_PROFILE_NAME"}
    assert answer["TagPropagation"] == "DISABLED"
    assert answer["SubnetIds"] == studio.subnets
    assert answer["HomeEfsFileSystemId"] in studio.efs.file_systems_by_id
    tags = studio.ListTags(ResourceArn=answer["DomainArn"])["Tags"]
    assert tags == [{"Key": "Project", "Value": "studio"}]


def test_network_of_a_domain(studio: ControlPlane) -> None:
    key = studio.call.backend("kms").create_key(None, "ENCRYPT_DECRYPT", "", "", None)
    domain_id = studio.domain(KmsKeyId=key.arn)
    arn = studio.DescribeDomain(DomainId=domain_id)["DomainArn"]
    (file_system,) = studio.efs.file_systems_by_id.values()
    info = file_system.info_json()
    assert (info["Encrypted"], info["KmsKeyId"]) == (True, key.arn)
    assert info["Tags"] == [{"Key": "ManagedByAmazonSageMakerResource", "Value": arn}]
    targets = list(file_system.iter_mount_targets())
    assert [target.subnet_id for target in targets] == studio.subnets
    inbound, outbound = (
        next(g for g in studio.ec2.describe_security_groups() if g.name == name)
        for name in studio.groups(domain_id)
    )
    assert inbound.name == f"security-group-for-inbound-nfs-{domain_id}"
    assert [t.security_groups for t in targets] == [[inbound.id]] * 2
    assert [rule.source_group["GroupId"] for rule in inbound.ingress_rules] == [outbound.id]
    assert [rule.source_group["GroupId"] for rule in outbound.egress_rules] == [inbound.id]
    assert len(studio.ec2.enis) == 2


@pytest.mark.parametrize(
    ("retention", "deletes_groups", "left"),
    [
        ({}, False, (1, 2, 2)),
        ({"HomeEfsFileSystem": "Retain"}, True, (1, 2, 2)),
        ({"HomeEfsFileSystem": "Delete"}, False, (0, 0, 2)),
        ({"HomeEfsFileSystem": "Delete"}, True, (0, 0, 0)),
    ],
)
def test_resources_after_the_deletion(
    studio: ControlPlane,
    retention: dict[str, str],
    deletes_groups: bool,
    left: tuple[int, int, int],
) -> None:
    studio.options.update({"nfs_groups_deleted_with_domain": deletes_groups})
    domain_id = studio.domain()
    studio.DeleteDomain(DomainId=domain_id, RetentionPolicy=retention)
    assert (len(studio.efs.file_systems_by_id), len(studio.groups(domain_id))) == (1, 2)
    studio.wait(300)
    studio.ListDomains()
    found = (len(studio.efs.file_systems_by_id), len(studio.ec2.enis))
    assert (*found, len(studio.groups(domain_id))) == left


def test_file_system_is_created_later(studio: ControlPlane) -> None:
    domain_id = studio.domain(HomeEfsFileSystemCreation="Disabled")
    assert "HomeEfsFileSystemId" not in studio.DescribeDomain(DomainId=domain_id)
    assert studio.groups(domain_id) == []
    studio.UpdateDomain(DomainId=domain_id, HomeEfsFileSystemCreation="Enabled")
    assert studio.DescribeDomain(DomainId=domain_id)["HomeEfsFileSystemId"]


def bad_domains(studio: ControlPlane) -> list[tuple[str, dict[str, Any]]]:
    """Words of the error, and the changed parameters of CreateDomain."""
    _, subnet, group = studio.other_vpc()
    disabled = studio.call.backend("kms").create_key(None, "ENCRYPT_DECRYPT", "", "", None)
    studio.call.backend("kms").disable_key(disabled.id)
    absent, of_ec2 = (f"arn:aws:iam::{ACCOUNT}:role/{name}" for name in ("absent", "of-ec2"))
    studio.role(of_ec2, ["sts:AssumeRole"], "ec2.amazonaws.com")
    studio.image()

    def users(**settings: Any) -> dict[str, Any]:
        return {"DefaultUserSettings": {"ExecutionRole": ROLE} | settings}

    def lab(**settings: Any) -> dict[str, Any]:
        return users(JupyterLabAppSettings=settings)

    def custom(**image: Any) -> dict[str, Any]:
        return lab(CustomImages=[{"ImageName": "slim", "AppImageConfigName": "slim"} | image])

    config, own_image = map(studio.call.arn, ("studio-lifecycle-config/absent", "image/absent"))
    sizes = {"DefaultEbsVolumeSizeInGb": 20, "MaximumEbsVolumeSizeInGb": 10}
    rstudio = {"RStudioServerProDomainSettings": {"DomainExecutionRoleArn": ROLE}}
    return [
        ("vpc-0123456789abcdef0", {"VpcId": "vpc-0123456789abcdef0"}),
        ("does not exist", {"SubnetIds": ["subnet-0123456789abcdef0"]}),
        ("does not belong to VPC", {"SubnetIds": [subnet]}),
        ("less than or equal to 16", {"SubnetIds": [f"subnet-{n}" for n in range(17)]}),
        ("does not exist", users(ExecutionRole=absent)),
        ("unable to assume", users(ExecutionRole=of_ec2)),
        ("unable to assume", lab(EmrSettings={"ExecutionRoleArns": [of_ec2]})),
        ("ExecutionRole is required", {"DefaultUserSettings": {"SecurityGroups": [studio.group]}}),
        ("does not exist", users(SecurityGroups=["sg-0123456789abcdef0"])),
        ("does not belong to VPC", users(SecurityGroups=[group])),
        ("adds one for NFS", users(SecurityGroups=[studio.group] * 5)),
        ("does not belong to VPC", {"DomainSettings": {"SecurityGroupIds": [group]}}),
        ("does not exist", {"KmsKeyId": "12345678-1234-1234-1234-123456789012"}),
        ("not enabled", {"KmsKeyId": disabled.id}),
        ("Image [absent] does not exist", custom(ImageName="absent")),
        ("AppImageConfig [absent] does not exist", custom(AppImageConfigName="absent")),
        ("not for apps of type JupyterLab", custom(AppImageConfigName="classic-slim")),
        ("slim:2", custom(ImageVersionNumber=2)),
        ("does not exist", lab(LifecycleConfigArns=[config])),
        ("does not exist", lab(DefaultResourceSpec={"SageMakerImageArn": own_image})),
        ("only supported for user profiles", users(AutoMountHomeEFS="DefaultAsDomain")),
        ("DefaultLandingUri", users(DefaultLandingUri="https://example.com")),
        ("StudioWebPortal", users(DefaultLandingUri="studio::", StudioWebPortal="DISABLED")),
        (
            "MaximumEbsVolumeSizeInGb",
            users(SpaceStorageSettings={"DefaultEbsStorageSettings": sizes}),
        ),
        ("license", {"DomainSettings": rstudio}),
        ("Duplicate", {"Tags": [{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}]}),
    ]


def test_refused_creations(studio: ControlPlane, subtests: pytest.Subtests) -> None:
    for number, (words, changes) in enumerate(bad_domains(studio)):
        with subtests.test(words=words, changes=changes):
            params = studio.domain_params() | {"DomainName": f"refused-{number}"} | changes
            refused("ValidationException", words, studio.CreateDomain, **params)
    assert studio.ListDomains()["Domains"] == []
    assert (studio.efs.file_systems_by_id, studio.ec2.enis) == ({}, {})


def test_name_and_quota(studio: ControlPlane) -> None:
    studio.domain()
    refused("ResourceInUse", "already exists", studio.CreateDomain, **studio.domain_params())
    studio.options.update({"max_domains": 1})
    another = studio.domain_params() | {"DomainName": "other"}
    words = "is 1 Domains, with current utilization of 1 Domains"
    refused("ResourceLimitExceeded", words, studio.CreateDomain, **another)


def test_refused_deletion(studio: ControlPlane) -> None:
    domain_id = studio.running_space()
    steps: list[tuple[str, Any, dict[str, Any]]] = [
        ("App(s)", studio.DeleteApp, studio.app_key(domain_id)),
        ("Space(s)", studio.DeleteSpace, {"DomainId": domain_id, "SpaceName": "lab"}),
        (
            "UserProfile(s)",
            studio.DeleteUserProfile,
            {"DomainId": domain_id, "UserProfileName": "alice"},
        ),
    ]
    for kind, remove, params in steps:
        words = f"because {kind} are associated with it."
        refused("ResourceInUse", words, studio.DeleteDomain, DomainId=domain_id)
        remove(**params)
        refused("ResourceInUse", words, studio.DeleteDomain, DomainId=domain_id)
        studio.wait(1200)
    studio.DeleteDomain(DomainId=domain_id)


@pytest.mark.parametrize("operation", ["DescribeDomain", "UpdateDomain", "DeleteDomain"])
def test_unknown_domain(studio: ControlPlane, operation: str) -> None:
    refused("ResourceNotFound", ID, getattr(studio, operation), DomainId=ID)


def test_settings_of_the_providers_acceptance_tests(studio: ControlPlane) -> None:
    """From domain_test.go and space_test.go of hashicorp/terraform-provider-aws."""
    *_, elsewhere = studio.other_vpc()
    studio.image()
    studio.CreateAppImageConfig(AppImageConfigName="of-no-type")
    made = studio.CreateStudioLifecycleConfig(
        StudioLifecycleConfigName="hello",
        StudioLifecycleConfigAppType="JupyterServer",
        StudioLifecycleConfigContent="ZWNobyBIZWxsbw==",
    )
    scripts = {"LifecycleConfigArns": [made["StudioLifecycleConfigArn"]]}
    custom = {"ImageName": "slim", "AppImageConfigName": "of-no-type"}
    settings = {
        "ExecutionRole": ROLE,
        "SecurityGroups": [elsewhere],
        "JupyterLabAppSettings": scripts,
        "KernelGatewayAppSettings": scripts,
        "CodeEditorAppSettings": {"CustomImages": [custom]},
    }
    domain_id = studio.domain(
        AppNetworkAccessType="PublicInternetOnly", DefaultUserSettings=settings
    )
    answer = studio.DescribeDomain(DomainId=domain_id)
    assert answer["DefaultUserSettings"] == {"AutoMountHomeEFS": "Enabled"} | settings
