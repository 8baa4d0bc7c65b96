"""Domains: members, updates, refusals."""

from typing import Any

import pytest

from tests.emulator.control_plane import ACCOUNT, REGION, ROLE, ControlPlane, idle, refused

RSTUDIO = {"RStudioServerProDomainSettings": {"DomainExecutionRoleArn": ROLE}}


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
    assert answer["DomainArn"] == f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:domain/{domain_id}"
    assert answer["Url"] == f"https://{domain_id}.studio.{REGION}.sagemaker.aws"
    tags = studio.ListTags(ResourceArn=answer["DomainArn"])["Tags"]
    assert tags == [{"Key": "Project", "Value": "studio"}]


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


@pytest.mark.parametrize(
    ("words", "changes"),
    [
        ("ExecutionRole is required", {"DefaultUserSettings": {}}),
        ("license", {"DomainSettings": RSTUDIO}),
        ("needs RStudio", {"AppSecurityGroupManagement": "Service"}),
        ("Duplicate", {"Tags": [{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}]}),
    ],
)
def test_refused_creations(studio: ControlPlane, words: str, changes: dict[str, Any]) -> None:
    studio.refuse_domain(words, **changes)


@pytest.mark.parametrize("missing", ["VpcId", "SubnetIds"])
def test_network_is_required(studio: ControlPlane, missing: str) -> None:
    params = studio.domain_params()
    del params[missing]
    refused("ValidationException", "are required", studio.CreateDomain, **params)


def test_sso_domain_names_its_application(studio: ControlPlane) -> None:
    answer = studio.DescribeDomain(DomainId=studio.domain(AuthMode="SSO"))
    assert answer["SingleSignOnManagedApplicationInstanceId"].startswith("ins-")
    assert "/apl-" in answer["SingleSignOnApplicationArn"]


@pytest.mark.parametrize("given", [{}, {"VpcId"}, {"SubnetIds"}])
def test_update_to_vpc_only_requires_the_network(studio: ControlPlane, given: set[str]) -> None:
    domain_id = studio.domain()
    network = {"VpcId": studio.vpc, "SubnetIds": studio.subnets}
    params = {k: v for k, v in network.items() if k in given}
    refused(
        "ValidationException",
        "VpcId and Subnet IDs are required for updating domains to VpcOnly mode.",
        studio.UpdateDomain,
        DomainId=domain_id,
        AppNetworkAccessType="VpcOnly",
        **params,
    )
    studio.UpdateDomain(DomainId=domain_id, AppNetworkAccessType="VpcOnly", **network)


def test_update_replaces_given_members_only(studio: ControlPlane) -> None:
    studio.options.update({"settings_updates": "replace"})
    domain_id = studio.domain()
    before = studio.DescribeDomain(DomainId=domain_id)["DefaultUserSettings"]
    lab = {"DefaultResourceSpec": {"InstanceType": "ml.t3.large"}}
    studio.UpdateDomain(
        DomainId=domain_id,
        DefaultUserSettings={"JupyterLabAppSettings": lab},
        DomainSettingsForUpdate={"ExecutionRoleIdentityConfig": "USER_PROFILE_NAME"},
    )
    after = studio.DescribeDomain(DomainId=domain_id)
    assert after["DefaultUserSettings"] == before | {"JupyterLabAppSettings": lab}
    assert after["DomainSettings"] == {"ExecutionRoleIdentityConfig": "USER_PROFILE_NAME"}


def test_refused_updates(studio: ControlPlane) -> None:
    domain_id = studio.running_space()
    vpc, subnet, group = studio.other_vpc()
    rstudio = {"RStudioServerProDomainSettingsForUpdate": {"DomainExecutionRoleArn": ROLE}}
    groups = {"SecurityGroupIds": [group]}
    identity = {"ExecutionRoleIdentityConfig": "USER_PROFILE_NAME"}
    cases: list[tuple[str, str, dict[str, Any]]] = [
        ("ResourceInUse", "no apps", {"DomainSettingsForUpdate": identity}),
        ("ResourceInUse", "running", {"AppNetworkAccessType": "PublicInternetOnly"}),
        ("ResourceInUse", "removed", {"SubnetIds": studio.subnets[:1]}),
        ("ValidationException", "cannot be changed", {"VpcId": vpc}),
        ("ValidationException", "does not belong", {"SubnetIds": [*studio.subnets, subnet]}),
        ("ValidationException", "Disabled", {"HomeEfsFileSystemCreation": "Disabled"}),
        ("ValidationException", "license", {"DomainSettingsForUpdate": rstudio}),
        ("ValidationException", "to VPC", {"DomainSettingsForUpdate": groups}),
    ]
    for code, words, params in cases:
        refused(code, words, studio.UpdateDomain, DomainId=domain_id, **params)


def test_update_to_vpc_only_requires_groups_of_the_vpc(studio: ControlPlane) -> None:
    *_, elsewhere = studio.other_vpc()
    role = {"ExecutionRole": ROLE}
    domain_id = studio.domain(
        AppNetworkAccessType="PublicInternetOnly",
        DefaultUserSettings=role | {"SecurityGroups": [elsewhere]},
    )
    only = {
        "DomainId": domain_id,
        "AppNetworkAccessType": "VpcOnly",
        "VpcId": studio.vpc,
        "SubnetIds": studio.subnets,
    }
    refused("ValidationException", "does not belong to VPC", studio.UpdateDomain, **only)
    inside = {"SecurityGroups": [studio.group]}
    studio.UpdateDomain(**only, DefaultUserSettings=inside)
    answer = studio.DescribeDomain(DomainId=domain_id)
    assert answer["AppNetworkAccessType"] == "VpcOnly"
    assert answer["DefaultUserSettings"]["SecurityGroups"] == [studio.group]
