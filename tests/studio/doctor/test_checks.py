"""Checks need no more of AWS than the account allows."""

import pytest

from studio.doctor.existing_checks import CHECKS as EXISTING
from studio.doctor.model import Outcome
from tests.studio.deployed import Deployed
from tests.studio.deployed_studio import deny
from tests.studio.doctor.setup import DoctorSetup, names, no_credentials
from tests.studio.states import tainted_resources


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


def test_an_endpoint_without_its_service_in_state_is_ignored(setup: DoctorSetup) -> None:
    held = tainted_resources("aws_vpc_endpoint", {"service_name": ["ssm"]})
    setup.context.deployment = Deployed(out=setup.programs, state={"network": held})
    assert setup.context.endpoints_in_state == set()


def test_without_credentials_no_check_calls_aws(setup: DoctorSetup) -> None:
    no_credentials(setup)
    results = setup.results()
    passed = {"ssh", "session-manager-plugin", "code", "cursor", "kiro", "state", "image-check"}
    assert names(results, Outcome.PASSED) == passed | {check.name for check in EXISTING}
    unknown = names(results, Outcome.NOT_CHECKED) - {"clock"}  # reads the response to `credentials`
    assert {results[name].found for name in unknown} == {
        "AWS cannot be called, see the check `credentials`"
    }
