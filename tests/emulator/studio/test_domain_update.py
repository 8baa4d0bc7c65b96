"""Updates of domains."""

from typing import Any

import pytest

from tests.emulator.control_plane import ROLE, ControlPlane, refused


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
        ("ValidationException", "RStudio", {"AppSecurityGroupManagement": "Service"}),
        ("ValidationException", "license", {"DomainSettingsForUpdate": rstudio}),
        (
            "ValidationException",
            "to VPC",
            {"DomainSettingsForUpdate": groups},
        ),
    ]
    for code, words, params in cases:
        refused(code, words, studio.UpdateDomain, DomainId=domain_id, **params)
    studio.UpdateDomain(DomainId=domain_id, TagPropagation="ENABLED")
    refused("ValidationException", "Updating", studio.UpdateDomain, DomainId=domain_id)


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
