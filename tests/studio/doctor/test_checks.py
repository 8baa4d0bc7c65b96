"""Each check passes, fails alone, and is not checked if AWS denies its call."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest

from scripts import doctor
from studio.doctor.checks import CHECKS, DEPLOYMENT
from studio.doctor.existing_checks import CHECKS as EXISTING
from studio.doctor.model import Outcome
from studio.images.contract.result import CheckResult
from studio.images.versions import record
from studio_emulator.services import endpoint_services
from studio_emulator.studio.store import existing
from tests.emulator.samples import document, push
from tests.studio.deployed_studio import KnownState, deny, sagemaker_trust
from tests.studio.doctor.setup import (
    TIER,
    Break,
    DoctorSetup,
    assert_fails_alone,
    names,
    no_credentials,
)
from tests.studio.doctor.test_client import BREAKS as CLIENT_BREAKS


def not_offered(setup: DoctorSetup) -> None:
    offered = list(endpoint_services.endpoint_services("us-east-1"))
    kept = [service for service in offered if service.label != "ssmmessages"]
    setup.monkeypatch.setattr(endpoint_services, "endpoint_services", lambda _region: kept)


def no_mount_target(setup: DoctorSetup) -> None:
    efs, domain = boto3.client("efs"), setup.context.domain
    targets = efs.describe_mount_targets(FileSystemId=domain["HomeEfsFileSystemId"])
    efs.delete_mount_target(MountTargetId=targets["MountTargets"][0]["MountTargetId"])


def trusts(*actions: str) -> Break:
    def change(setup: DoctorSetup) -> None:
        policy = document(sagemaker_trust(*actions))
        setup.studio.iam.update_assume_role_policy(RoleName="user-bob", PolicyDocument=policy)

    return change


def status(kind: str, status: str) -> Break:
    """A status that the emulator never sets by itself."""

    def change(_setup: DoctorSetup) -> None:
        held = existing("123456789012", "us-east-1")
        resources: Any = getattr(held, kind)
        next(iter(resources.values())).status = status

    return change


def no_key_bucket(_setup: DoctorSetup) -> None:
    s3 = boto3.client("s3")
    for bucket in s3.list_buckets()["Buckets"]:
        s3.delete_bucket(Bucket=bucket["Name"])


def no_dns_hostnames(setup: DoctorSetup) -> None:
    key = {"VpcId": setup.studio.vpc_id}
    setup.studio.ec2.modify_vpc_attribute(**key, EnableDnsHostnames={"Value": False})


def nothing_deployed(setup: DoctorSetup) -> None:
    set_state(setup, None)
    held: Any = existing("123456789012", "us-east-1")
    held.domains.clear()


def no_space(setup: DoctorSetup) -> None:
    setup.studio.sagemaker.delete_space(DomainId=setup.studio.domain_id, SpaceName="bob")


def another_partition(setup: DoctorSetup) -> None:
    """The space's ARN is in another partition than remote access."""
    setup.monkeypatch.setattr("studio.doctor.deployment.NATIVE_PARTITION", "aws-x")


def small_instance(setup: DoctorSetup) -> None:
    resources = {"DefaultResourceSpec": {"InstanceType": "ml.t3.medium"}}
    setup.studio.update_space("alice", JupyterLabAppSettings=resources)


def failed_version(setup: DoctorSetup) -> None:
    setup.studio.aws.options.update({"fail_images": ["studio-slim"]})
    setup.studio.version("slim", tag="1" * 16)
    record.refresh(setup.studio.settings)


def no_ssh_helper(setup: DoctorSetup) -> None:
    results = [
        CheckResult("user", True, "fine"),
        CheckResult("ssh-helper", False, "sm-ssh-ide is missing"),
    ]
    setup.context.check_images = lambda _settings: {"slim as JupyterLab": results}


def paused(setup: DoctorSetup) -> None:
    setup.studio.ec2.delete_vpc_endpoints(VpcEndpointIds=list(setup.studio.endpoints.values()))


def delete_endpoint(setup: DoctorSetup, service: str) -> None:
    setup.studio.ec2.delete_vpc_endpoints(VpcEndpointIds=[setup.studio.endpoints[service]])


def not_in_state(setup: DoctorSetup) -> None:
    delete_endpoint(setup, "logs")
    setup.context.deployment = KnownState(out=setup.programs, domain_id=setup.studio.domain_id)


def private_dns_off(setup: DoctorSetup) -> None:
    setup.studio.ec2.modify_vpc_endpoint(
        VpcEndpointId=setup.studio.endpoints["ssm"], PrivateDnsEnabled=False
    )


def paused_and_broken(setup: DoctorSetup) -> None:
    delete_endpoint(setup, "logs")
    private_dns_off(setup)


BREAKS: list[tuple[str, Break, str]] = [
    ("ssm-tier", lambda t: t.studio.ssm.reset_service_setting(SettingId=TIER), "standard"),
    ("key-bucket", no_key_bucket, "sagemaker-us-east-1-123456789012 does not exist"),
    ("quotas", lambda t: t.studio.aws.options.update({"max_apps": 1}), "is 1, the settings need 2"),
    ("endpoint-services", not_offered, "com.amazonaws.us-east-1.ssmmessages"),
    ("state", nothing_deployed, "studio is not deployed"),
    ("domain", status("domains", "Update_Failed"), "Update_Failed"),
    ("homes", no_mount_target, "no mount target in subnet-"),
    ("endpoints", not_in_state, "com.amazonaws.us-east-1.logs: missing"),
    ("endpoints", private_dns_off, "us-east-1.ssm: private DNS is off"),
    ("endpoint-dns", no_dns_hostnames, "enableDnsHostnames of vpc-"),
    ("endpoint-dns", lambda t: resolve_in_public(t, "ssm."), "ssm.us-east-1.amazonaws.com"),
    ("execution-roles", trusts("sts:SetSourceIdentity"), "user-bob does not allow SageMaker"),
    ("source-identity", trusts("sts:AssumeRole"), "user-bob does not allow SageMaker"),
    ("profiles", status("user_profiles", "Failed"), "alice: Failed"),
    ("spaces", no_space, "bob: "),
    ("remote-access", lambda t: t.studio.start("alice"), "cannot be enabled"),
    ("remote-access", another_partition, "remote access is not known to work in aws"),
    ("remote-access", small_instance, "ml.t3.medium has less than 8 GiB"),
    ("image-versions", failed_version, "slim: version 2 is CREATE_FAILED"),
    ("image-record", lambda t: push(t.studio.aws, "studio/slim", "2" * 16), "outdated for slim"),
    ("image-check", no_ssh_helper, "slim as JupyterLab: ssh-helper: sm-ssh-ide is missing"),
]


def set_state(setup: DoctorSetup, domain_id: str | None) -> None:
    setup.context.deployment = KnownState(out=setup.programs, domain_id=domain_id)


def resolve_in_public(setup: DoctorSetup, start: str) -> None:
    setup.context.resolve = lambda name: ["52.0.0.1" if name.startswith(start) else "10.20.0.7"]


@pytest.mark.parametrize(
    ("name", "damage", "found"), BREAKS, ids=[f"{name}: {found}" for name, _, found in BREAKS]
)
def test_each_check_fails_alone(setup: DoctorSetup, name: str, damage: Break, found: str) -> None:
    assert_fails_alone(setup, CHECKS, name, damage, found)


def test_every_check_has_a_test_in_which_it_fails() -> None:
    # The tests of the existing resources are in test_existing_*.py.
    others = {check.name for check in CHECKS} - {check.name for check in EXISTING}
    assert {name for name, *_ in [*BREAKS, *CLIENT_BREAKS]} == others


@pytest.mark.parametrize(
    ("damage", "fix"),
    [(paused, "studio resume"), (not_in_state, "studio up"), (paused_and_broken, "studio up")],
)
def test_resume_fixes_only_the_endpoints_that_pause_deleted(
    setup: DoctorSetup, damage: Break, fix: str
) -> None:
    damage(setup)
    results = setup.results(DEPLOYMENT)
    assert names(results, Outcome.FAILED) == {"endpoints"}
    assert results["endpoints"].fix == fix


@pytest.mark.parametrize(
    ("service", "operation", "unknown"),
    [
        ("ssm", "GetServiceSetting", {"ssm-tier"}),
        ("service-quotas", "ListServiceQuotas", {"quotas"}),
        ("ec2", "DescribeVpcEndpointServices", {"endpoint-services"}),
        ("ec2", "DescribeVpcEndpoints", {"endpoints", "endpoint-dns"}),
        ("efs", "DescribeFileSystems", {"homes"}),
        ("iam", "GetRole", {"execution-roles", "source-identity"}),
        ("sagemaker", "DescribeSpace", {"spaces", "remote-access"}),
        ("sagemaker", "ListImageVersions", {"image-versions", "image-record"}),
        ("ecr", "DescribeImages", {"image-record"}),
    ],
)
def test_a_denied_call_affects_only_its_checks(
    setup: DoctorSetup, service: str, operation: str, unknown: set[str]
) -> None:
    deny(setup.monkeypatch, service, operation)
    results = setup.results()
    assert names(results, Outcome.NOT_CHECKED) == unknown
    assert names(results, Outcome.FAILED) == set()
    assert all("not authorized" in results[name].found for name in unknown)


def test_endpoint_dns_needs_a_machine_that_uses_the_vpcs_dns(setup: DoctorSetup) -> None:
    setup.context.resolve = lambda _name: []
    results = setup.results(DEPLOYMENT)
    assert names(results, Outcome.NOT_CHECKED) == {"endpoint-dns"}


def test_a_machine_that_only_connects_needs_no_state(setup: DoctorSetup) -> None:
    set_state(setup, None)
    results = setup.results()
    assert names(results, Outcome.FAILED) == set()
    assert names(results, Outcome.NOT_CHECKED) == {"state"}
    assert results["state"].found.startswith(f"{setup.studio.domain_id} exists, but this machine")


def test_without_credentials_no_check_calls_aws(setup: DoctorSetup) -> None:
    no_credentials(setup)
    results = setup.results()
    passed = {"ssh", "session-manager-plugin", "code", "cursor", "kiro", "state", "image-check"}
    assert names(results, Outcome.PASSED) == passed | {check.name for check in EXISTING}


def test_a_role_that_does_not_exist_fails(setup: DoctorSetup) -> None:
    setup.studio.iam.delete_role(RoleName="user-bob")
    results = setup.results(DEPLOYMENT)
    assert names(results, Outcome.FAILED) == {"execution-roles", "source-identity"}
    assert "user-bob does not exist" in results["execution-roles"].found


def test_images_are_built_only_on_request(setup: DoctorSetup) -> None:
    setup.context.check_images = None
    results = setup.results(DEPLOYMENT)
    assert names(results, Outcome.NOT_CHECKED) == {"image-check"}
    assert results["image-check"].found.endswith("studio doctor --images")


@pytest.mark.parametrize("broken", [False, True])
def test_json_and_exit_code(
    setup: DoctorSetup, broken: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    if broken:
        setup.program("ssh", "exit 1")
    capsys.readouterr()
    assert doctor.report(setup.context, CHECKS, as_json=True) == int(broken)
    printed = json.loads(capsys.readouterr().out)
    counts = {"pass": len(CHECKS) - broken, "fail": int(broken), "not-checked": 0}
    assert printed["counts"] == counts
    assert [check["name"] for check in printed["checks"]] == [check.name for check in CHECKS]
