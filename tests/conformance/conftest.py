"""Fixtures: the account and a Studio in it.

The account is emulated, except in ``python -m tests.conformance``.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import pytest

from catalog.claims import CLAIMS
from tests.conformance.account import Account, NotChecked, emulated_account
from tests.conformance.checked_deployment import CheckedDeployment
from tests.conformance.cleanup import delete_everything
from tests.conformance.report import report_of
from tests.emulator.samples import document, trust


def _scope(
    fixture_name: str,  # noqa: ARG001
    config: pytest.Config,
) -> Literal["session", "module"]:
    return "session" if report_of(config) is not None else "module"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Iterator[None]:
    try:
        yield
    except NotChecked as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope=_scope)
def account(request: pytest.FixtureRequest) -> Iterator[Account]:
    """The account. All resources of the run are deleted at the end."""
    if report := report_of(request.config):
        found = report.account
    else:
        aws = request.getfixturevalue("aws_of_file")
        aws.options.update({c.switch: c.as_claimed for c in CLAIMS.values() if c.switch})
        found = emulated_account(aws.endpoint_url)
    try:
        yield found
    finally:
        delete_everything(found)


@pytest.fixture
def deployment(request: pytest.FixtureRequest) -> CheckedDeployment:
    """The deployment, in its own thread."""
    report = report_of(request.config)
    if report is None or report.deployment is None:
        raise NotChecked("only `python -m tests.conformance` has a deployment")
    return report.deployment


@dataclass(frozen=True, kw_only=True)
class Network:
    vpc_id: str
    subnet_ids: list[str]
    group_id: str


@pytest.fixture(scope=_scope)
def network(account: Account) -> Network:
    """A VPC without internet access, two subnets and a security group."""
    ec2 = account.client("ec2")

    def tags(kind: str) -> list[dict[str, Any]]:
        return [{"ResourceType": kind, "Tags": account.tags}]

    vpc_id = ec2.create_vpc(CidrBlock="10.99.0.0/24", TagSpecifications=tags("vpc"))["Vpc"]["VpcId"]
    zones = ec2.describe_availability_zones()["AvailabilityZones"][:2]
    subnet_ids = [
        ec2.create_subnet(
            VpcId=vpc_id,
            CidrBlock=f"10.99.0.{64 * n}/26",
            AvailabilityZone=zone["ZoneName"],
            TagSpecifications=tags("subnet"),
        )["Subnet"]["SubnetId"]
        for n, zone in enumerate(zones)
    ]
    group_id = ec2.create_security_group(
        GroupName=account.name("apps"),
        Description="Apps of a conformance run",
        VpcId=vpc_id,
        TagSpecifications=tags("security-group"),
    )["GroupId"]
    return Network(vpc_id=vpc_id, subnet_ids=subnet_ids, group_id=group_id)


@pytest.fixture(scope=_scope)
def role(account: Account) -> str:
    """The ARN of an execution role without permissions."""
    created = account.client("iam").create_role(
        RoleName=account.name("role"),
        AssumeRolePolicyDocument=document(trust()),
        Tags=account.tags,
    )
    return str(created["Role"]["Arn"])


CreateDomain = Callable[[str], str]


@pytest.fixture(scope=_scope)
def create_domain(account: Account, network: Network, role: str) -> CreateDomain:
    """A function that creates a VpcOnly domain, waits until it is InService, and returns its id."""
    sagemaker = account.client("sagemaker")

    def create(suffix: str) -> str:
        domain_id = sagemaker.create_domain(
            DomainName=account.name(suffix),
            AuthMode="IAM",
            VpcId=network.vpc_id,
            SubnetIds=network.subnet_ids,
            AppNetworkAccessType="VpcOnly",
            DefaultUserSettings={"ExecutionRole": role, "SecurityGroups": [network.group_id]},
            Tags=account.tags,
        )["DomainId"]
        describe = partial(sagemaker.describe_domain, DomainId=domain_id)
        account.wait_until_settled(describe, "creating a domain")
        return str(domain_id)

    return create


@pytest.fixture(scope=_scope)
def domain(create_domain: CreateDomain) -> str:
    """The id of a domain."""
    return create_domain("domain")


@pytest.fixture(scope=_scope)
def profile(account: Account, domain: str) -> str:
    """The name of a user profile in the domain."""
    sagemaker, named = account.client("sagemaker"), {"UserProfileName": account.name("profile")}
    sagemaker.create_user_profile(DomainId=domain, **named, Tags=account.tags)
    settled(account, domain, named["UserProfileName"])
    return named["UserProfileName"]


def settled(account: Account, domain: str, profile: str) -> dict[str, Any]:
    """The description of the user profile after its creation or update."""
    describe = account.client("sagemaker").describe_user_profile
    named = partial(describe, DomainId=domain, UserProfileName=profile)
    return account.wait_until_settled(named, "a user profile")


def updated(account: Account, domain: str, profile: str, **given: Any) -> dict[str, Any]:
    """The profile's settings after an update with these members."""
    account.client("sagemaker").update_user_profile(
        DomainId=domain, UserProfileName=profile, UserSettings=given
    )
    found: dict[str, Any] = settled(account, domain, profile)["UserSettings"]
    return found


@pytest.fixture(scope=_scope)
def space(account: Account, domain: str, profile: str) -> str:
    """The name of the profile's private JupyterLab space, with remote access."""
    sagemaker, name = account.client("sagemaker"), account.name("space")
    sagemaker.create_space(
        DomainId=domain,
        SpaceName=name,
        OwnershipSettings={"OwnerUserProfileName": profile},
        SpaceSharingSettings={"SharingType": "Private"},
        SpaceSettings={"AppType": "JupyterLab", "RemoteAccess": "ENABLED"},
        Tags=account.tags,
    )
    describe = partial(sagemaker.describe_space, DomainId=domain, SpaceName=name)
    account.wait_until_settled(describe, "creating a space")
    return name


def start_app(
    account: Account, domain: str, space: str, *, name: str = "default", **spec: str
) -> None:
    """Start the app of the space with this ResourceSpec."""
    account.client("sagemaker").create_app(
        DomainId=domain, SpaceName=space, AppType="JupyterLab", AppName=name, ResourceSpec=spec
    )


@pytest.fixture(scope=_scope)
def lifecycle_config(account: Account) -> str:
    """The ARN of a lifecycle configuration whose script only runs `true`."""
    created = account.client("sagemaker").create_studio_lifecycle_config(
        StudioLifecycleConfigName=account.name("start"),
        StudioLifecycleConfigContent="dHJ1ZQo=",
        StudioLifecycleConfigAppType="JupyterLab",
        Tags=account.tags,
    )
    return str(created["StudioLifecycleConfigArn"])
