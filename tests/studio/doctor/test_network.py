"""Each check of the VPC and of the homes fails alone."""

import time
from dataclasses import replace
from typing import Any

import boto3
import pytest

from settings.network import NetworkSettings
from studio.aws import home_file_systems
from studio.doctor import network
from studio.doctor.checks import DEPLOYMENT
from studio.doctor.model import Outcome
from tests.emulator.samples import document
from tests.studio.deployed import Deployed
from tests.studio.doctor.setup import Break, Breaks, DoctorSetup, checks_in, each, names


def no_mount_target(setup: DoctorSetup) -> None:
    efs, domain = boto3.client("efs"), setup.context.domain
    targets = efs.describe_mount_targets(FileSystemId=domain["HomeEfsFileSystemId"])
    efs.delete_mount_target(MountTargetId=targets["MountTargets"][0]["MountTargetId"])


def no_file_system(setup: DoctorSetup) -> None:
    system = setup.context.domain["HomeEfsFileSystemId"]
    home_file_systems.delete_home(setup.context.aws, system, lambda _: None)


def no_dns_hostnames(setup: DoctorSetup) -> None:
    key = {"VpcId": setup.studio.vpc_id}
    setup.studio.ec2.modify_vpc_attribute(**key, EnableDnsHostnames={"Value": False})


def resolve_in_public(setup: DoctorSetup, start: str) -> None:
    setup.context.resolve = lambda name: ["52.0.0.1" if name.startswith(start) else "10.20.0.7"]


def delete(setup: DoctorSetup, *endpoints: str) -> None:
    setup.studio.ec2.delete_vpc_endpoints(VpcEndpointIds=endpoints)


def no_logs(setup: DoctorSetup) -> None:
    delete(setup, setup.studio.endpoints["logs"])


def not_in_state(setup: DoctorSetup) -> None:
    no_logs(setup)
    setup.context.deployment = Deployed(out=setup.programs, domain_id=setup.studio.domain_id)


def modify(setup: DoctorSetup, service: str, **changes: Any) -> None:
    id_ = setup.studio.endpoints[service]
    setup.studio.ec2.modify_vpc_endpoint(VpcEndpointId=id_, **changes)


def private_dns_off(setup: DoctorSetup) -> None:
    modify(setup, "ssm", PrivateDnsEnabled=False)


def deny_all(setup: DoctorSetup) -> None:
    statement = {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}
    modify(setup, "ssmmessages", PolicyDocument=document(statement))


def subnet_removed(setup: DoctorSetup) -> None:
    modify(setup, "sts", RemoveSubnetIds=setup.studio.subnet_ids[:1])


def routes_removed(setup: DoctorSetup) -> None:
    setup.studio.ec2.modify_vpc_endpoint(
        VpcEndpointId=setup.studio.gateway, RemoveRouteTableIds=[setup.studio.route_table]
    )


def rule_revoked(setup: DoctorSetup) -> None:
    setup.studio.ec2.revoke_security_group_ingress(
        GroupId=setup.studio.group, SecurityGroupRuleIds=[setup.studio.rule]
    )


def paused_and_broken(setup: DoctorSetup) -> None:
    no_logs(setup)
    private_dns_off(setup)


BREAKS: Breaks = [
    ("homes", no_mount_target, "no mount target in subnet-"),
    ("homes", no_file_system, "does not exist"),
    ("endpoints", not_in_state, "com.amazonaws.us-east-1.logs: missing"),
    ("endpoints", private_dns_off, "us-east-1.ssm: private DNS is off"),
    ("endpoints", subnet_removed, "com.amazonaws.us-east-1.sts: not in subnet-"),
    ("endpoints", lambda t: delete(t, t.studio.gateway), "com.amazonaws.us-east-1.s3: missing"),
    ("endpoints", routes_removed, "com.amazonaws.us-east-1.s3: not in rtb-"),
    ("endpoints", rule_revoked, "security group rule sgr-"),
    ("endpoints", deny_all, "com.amazonaws.us-east-1.ssmmessages: not AWS's default policy"),
    ("endpoint-dns", no_dns_hostnames, "enableDnsHostnames of vpc-"),
    ("endpoint-dns", lambda t: resolve_in_public(t, "ssm."), "ssm.us-east-1.amazonaws.com"),
]


@each(BREAKS, of=checks_in(network))
def test_each_check_fails_alone(setup: DoctorSetup, name: str, damage: Break, found: str) -> None:
    setup.assert_fails_alone(name, damage, found)


@pytest.mark.parametrize(
    ("damage", "fix"),
    [
        (lambda t: delete(t, *t.studio.endpoints.values()), "studio resume"),
        (no_logs, "studio up"),
        (not_in_state, "studio up"),
        (paused_and_broken, "studio up"),
    ],
)
def test_resume_is_the_fix_only_if_pause_deleted_all_endpoints(
    setup: DoctorSetup, damage: Break, fix: str
) -> None:
    damage(setup)
    results = setup.results(DEPLOYMENT)
    assert names(results, Outcome.FAILED) == {"endpoints"}
    assert results["endpoints"].fix == fix


@pytest.mark.parametrize(
    ("named", "fix"), [(["logs"], "see the check `network-endpoints`"), (["ssm"], "studio up")]
)
def test_studio_up_is_no_fix_of_an_existing_endpoint_that_is_missing(
    setup: DoctorSetup, named: list[str], fix: str
) -> None:
    no_logs(setup)
    found = NetworkSettings(vpc_id=setup.studio.vpc_id, endpoints=tuple(named))
    settings = setup.context.settings.model_copy(update={"network": found})
    setup.context = replace(setup.context, settings=settings)
    assert setup.results(DEPLOYMENT)["endpoints"].fix == fix


def test_the_fix_of_a_missing_mount_target_creates_it(setup: DoctorSetup) -> None:
    efs, system = boto3.client("efs"), setup.context.domain["HomeEfsFileSystemId"]
    for target in efs.describe_mount_targets(FileSystemId=system)["MountTargets"]:
        efs.delete_mount_target(MountTargetId=target["MountTargetId"])
    while efs.describe_mount_targets(FileSystemId=system)["MountTargets"]:
        time.sleep(0.01)
    for command in setup.results(DEPLOYMENT)["homes"].fix.split("; "):
        words = command.split()
        assert words[:3] == ["aws", "efs", "create-mount-target"]
        given = dict(zip(words[3::2], words[4::2], strict=True))
        assert given.pop("--region") == "us-east-1"
        efs.create_mount_target(
            FileSystemId=given.pop("--file-system-id"),
            SubnetId=given.pop("--subnet-id"),
            SecurityGroups=[given.pop("--security-groups")],
        )
        assert not given
    assert setup.results(DEPLOYMENT)["homes"].outcome is Outcome.PASSED


def test_without_the_domains_group_the_fix_of_a_mount_target_says_which(setup: DoctorSetup) -> None:
    no_mount_target(setup)
    setup.monkeypatch.setattr(network, "list_groups", lambda _: [])
    assert "a security group that allows NFS" in setup.results(DEPLOYMENT)["homes"].fix


def test_the_fix_of_a_policy_resets_it(setup: DoctorSetup) -> None:
    deny_all(setup)
    endpoint_id = setup.studio.endpoints["ssmmessages"]
    assert setup.results(DEPLOYMENT)["endpoints"].fix == (
        f"aws ec2 modify-vpc-endpoint --vpc-endpoint-id {endpoint_id} --reset-policy "
        "--region us-east-1"
    )


def test_an_existing_endpoint_may_have_a_policy(setup: DoctorSetup) -> None:
    deny_all(setup)
    setup.context.deployment = Deployed(out=setup.programs, domain_id=setup.studio.domain_id)
    assert setup.results(DEPLOYMENT)["endpoints"].outcome is Outcome.PASSED


def test_endpoint_dns_needs_a_machine_that_uses_the_vpcs_dns(setup: DoctorSetup) -> None:
    setup.context.resolve = lambda _name: []
    results = setup.results(DEPLOYMENT)
    assert names(results, Outcome.NOT_CHECKED) == {"endpoint-dns"}
