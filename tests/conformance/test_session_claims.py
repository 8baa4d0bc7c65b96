"""Claims about sessions with a running app of a domain without internet access."""

from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from functools import partial

import pytest
from botocore.exceptions import ClientError

from tests.conformance.account import Account, distribution_spec, refused
from tests.conformance.cleanup import ENDED, delete_app
from tests.conformance.conftest import Network
from tests.emulator.samples import document, grant

claim = pytest.mark.claim
SERVICES = ("ssm", "ssmmessages")


class RunningApp:
    """The app of a space with remote access."""

    def __init__(self, account: Account, domain: str, space: str) -> None:
        self.account = account
        self.sagemaker = account.client("sagemaker")
        self.space = {"DomainId": domain, "SpaceName": space}
        self.key = {**self.space, "AppType": "JupyterLab", "AppName": "default"}
        self.arn = self.sagemaker.describe_space(**self.space)["SpaceArn"]

    def create(self) -> None:
        self.sagemaker.create_app(**self.key, ResourceSpec=distribution_spec(self.account.region))

    def start(self) -> None:
        self.create()
        describe = partial(self.sagemaker.describe_app, **self.key)
        self.account.wait_until_settled(describe, "starting an app")

    def close(self) -> None:
        delete_app(self.account, self.key)

    def start_session(self) -> None:
        """Raises ClientError."""
        self.sagemaker.start_session(ResourceIdentifier=self.arn)

    def accepts_session(self) -> bool:
        """Whether a session starts."""
        try:
            self.start_session()
        except ClientError:
            return False
        return True


@pytest.fixture
def app(account: Account, domain: str, space: str) -> Iterator[RunningApp]:
    """The app of the space, not started."""
    with closing(RunningApp(account, domain, space)) as created:
        yield created


@contextmanager
def _endpoints(account: Account, network: Network, **policy: str) -> Iterator[None]:
    """Interface endpoints for Systems Manager that accept connections from the whole VPC."""
    ec2 = account.client("ec2")
    vpc = [{"CidrIp": "10.99.0.0/24"}]
    https = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": vpc}
    ec2.modify_vpc_attribute(VpcId=network.vpc_id, EnableDnsHostnames={"Value": True})
    group = ec2.create_security_group(
        GroupName=account.name("endpoints"), Description="Endpoints", VpcId=network.vpc_id
    )["GroupId"]
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[https])
    ids = [
        ec2.create_vpc_endpoint(
            VpcId=network.vpc_id,
            ServiceName=f"com.amazonaws.{account.region}.{service}",
            VpcEndpointType="Interface",
            SubnetIds=network.subnet_ids,
            SecurityGroupIds=[group],
            PrivateDnsEnabled=True,
            TagSpecifications=[{"ResourceType": "vpc-endpoint", "Tags": account.tags}],
            **policy,
        )["VpcEndpoint"]["VpcEndpointId"]
        for service in SERVICES
    ]
    of = [{"Name": "vpc-endpoint-id", "Values": ids}]

    def states() -> set[str]:
        return {one["State"] for one in ec2.describe_vpc_endpoints(Filters=of)["VpcEndpoints"]}

    try:
        account.wait_until(lambda: states() <= {"available", "Available"}, "creating endpoints")
        yield
    finally:
        ec2.delete_vpc_endpoints(VpcEndpointIds=ids)
        account.wait_until(lambda: states() <= {"deleted", "Deleted"}, "deleting endpoints")
        ec2.delete_security_group(GroupId=group)


@claim("starting-app-deleted")
def test_an_app_that_starts_can_be_deleted(app: RunningApp) -> None:
    app.create()
    with suppress(ClientError):
        app.sagemaker.delete_app(**app.key)
    found = app.sagemaker.describe_app(**app.key)["Status"]
    assert found in ("Deleting", *ENDED), "AWS refused the deletion"


@claim("session-while-registering", creates="endpoints")
def test_a_session_fails_immediately_after_the_start(
    account: Account, network: Network, app: RunningApp
) -> None:
    with _endpoints(account, network):
        app.start()
        with refused("any"):
            app.start_session()


@claim("session-endpoint-policy", creates="endpoints", minutes=5)
def test_no_session_if_endpoints_allow_only_the_account(
    account: Account, network: Network, role: str, app: RunningApp
) -> None:
    condition = {"StringEquals": {"aws:PrincipalAccount": role.split(":")[4]}}
    own = document(grant("*", "*", Resource="*", Condition=condition))
    with _endpoints(account, network, PolicyDocument=own):
        app.start()
        assert account.stays_false(app.accepts_session), "AWS started a session"


@pytest.fixture(scope="module")
def running(account: Account, domain: str, space: str) -> Iterator[RunningApp]:
    """The app of the space, running in a VPC without endpoints."""
    with closing(RunningApp(account, domain, space)) as created:
        created.start()
        yield created


@claim("app-with-distribution")
def test_an_app_starts_from_sagemaker_distribution(running: RunningApp) -> None:
    assert running.sagemaker.describe_app(**running.key)["Status"] == "InService"


@claim("running-space-settings")
def test_a_running_space_keeps_remote_access(running: RunningApp) -> None:
    with refused("ResourceInUse"):
        running.sagemaker.update_space(**running.space, SpaceSettings={"RemoteAccess": "DISABLED"})


@claim("session-needs-endpoints", minutes=5)
def test_no_session_without_endpoints(account: Account, running: RunningApp) -> None:
    assert account.stays_false(running.accepts_session), "AWS started a session"
