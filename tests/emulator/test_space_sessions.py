"""StartSession to a space."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from studio_emulator import sessions
from studio_emulator.server import Emulator
from studio_emulator.services import interfaces
from studio_emulator.studio.lifecycle import Resource
from studio_emulator.studio.store import Store, existing
from tests.emulator.control_plane import ControlPlane, refused
from tests.emulator.samples import ACCOUNT, REGION, refusal
from tests.emulator.sessions.channels import closed, connect, echo, host

OF_THE_ACCOUNT = {"StringEquals": {"aws:PrincipalAccount": ACCOUNT}}
OF_THE_ACCOUNT_IF_ANY = {"StringEqualsIfExists": {"aws:PrincipalAccount": ACCOUNT}}
SPACE = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:space/d-1/lab"


@pytest.fixture
def sagemaker(aws: Emulator) -> Any:
    client = aws.client("sagemaker")
    client.list_images()
    return client


@pytest.fixture
def state(sagemaker: Any) -> Store:  # noqa: ARG001 (its first request creates the store)
    found = existing(ACCOUNT, REGION)
    assert found is not None
    return found


def resource(kind: str, arn: str, **data: Any) -> Resource:
    return Resource(
        type=kind,
        id="lab",
        name="lab",
        arn=arn,
        data=data,
        status="InService",
        created=0.0,
    )


def add(state: Store, *, remote: str | None, app: str = "JupyterLab", of: str = "lab") -> Resource:
    access = {"VpcId": "vpc-1", "AppNetworkAccessType": "PublicInternetOnly"}
    state.domains["d-1"] = resource("domain", "arn:domain/d-1", **access)
    settings = {"RemoteAccess": remote} if remote else {}
    state.spaces["d-1", "lab"] = resource(
        "space", SPACE, DomainId="d-1", SpaceName="lab", SpaceSettings=settings
    )
    running = resource("app", "arn", DomainId="d-1", SpaceName=of, AppType=app, AppName="default")
    state.apps["d-1", of, "", app, "default"] = running
    return running


def test_session_to_a_running_space(sagemaker: Any, state: Store) -> None:
    add(state, remote="ENABLED")
    first, second = (sagemaker.start_session(ResourceIdentifier=SPACE) for _ in range(2))
    assert first["SessionId"] != second["SessionId"]
    assert first["TokenValue"] != second["TokenValue"]
    assert len(first["TokenValue"]) <= 1024
    assert first["StreamUrl"].startswith("ws://127.0.0.1:")
    assert first["SessionId"] in first["StreamUrl"]


def test_deleting_the_app_ends_its_sessions(studio: ControlPlane) -> None:
    domain_id = studio.running_space(
        RemoteAccess="ENABLED", domain={"AppNetworkAccessType": "PublicInternetOnly"}
    )
    space = studio.DescribeSpace(DomainId=domain_id, SpaceName="lab")["SpaceArn"]
    session = sessions.find(studio.StartSession(ResourceIdentifier=space)["SessionId"])
    assert session is not None
    assert session.active
    studio.DeleteApp(**studio.app_key(domain_id))
    refused("ValidationException", "InService", studio.StartSession, ResourceIdentifier=space)
    assert not session.active
    assert "is being deleted" in session.end_reason


def endpoint_policy(condition: dict[str, Any] | None = None, **changes: Any) -> str:
    statement = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"} | changes
    if condition:
        statement["Condition"] = condition
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


AclRule = tuple[str, str, str, tuple[int, int] | None]
"""Direction (in, out), action, CIDR block, TCP ports (None: all traffic)."""
ALL = "0.0.0.0/0"
EPHEMERAL = (32768, 61000)


class Network:
    """The VPC of a domain with a running app, with methods that connect it to Systems Manager."""

    def __init__(self, **domain: str) -> None:
        self.studio = ControlPlane()
        self.domain_id = self.studio.running_space(RemoteAccess="ENABLED", domain=domain)
        self.ec2 = self.studio.ec2
        self.endpoints_group = self.ec2.create_security_group("ends", "ends", self.studio.vpc).id

    def allow(self, port: int = 443, **source: Any) -> None:
        """Allow traffic to the endpoints' security group, by default from the apps' group."""
        found = {"ip_ranges": [], "source_groups": [{"GroupId": self.studio.group}]} | source
        self.ec2.authorize_security_group_ingress(
            self.endpoints_group, "tcp", str(port), str(port), **found
        )

    def endpoint(
        self,
        name: str,
        *,
        policy: str | None = None,
        groups: bool = True,
        private_dns: bool = True,
        subnet_ids: list[str] | None = None,
    ) -> None:
        made = self.ec2.create_vpc_endpoint(
            self.studio.vpc,
            f"com.amazonaws.eu-west-1.{name}",
            "Interface",
            policy,
            [],
            subnet_ids=subnet_ids or self.studio.subnets,
            security_group_ids=[self.endpoints_group] if groups else [],
            private_dns_enabled=private_dns,
        )
        for interface_id in made.network_interface_ids:
            interfaces.adopt(self.ec2.enis[interface_id], "endpoint", kind="vpc_endpoint")

    def endpoints(self, *names: str, **options: Any) -> None:
        for name in names or ("ssm", "ssmmessages"):
            self.endpoint(name, **options)

    def internet_gateway(self) -> str:
        gateway = self.ec2.create_internet_gateway()
        self.ec2.attach_internet_gateway(gateway.id, self.studio.vpc)
        return str(gateway.id)

    def route(self, table_id: str | None = None, **target: str) -> None:
        """Create a default route, by default for all subnets."""
        if table_id is None:
            tables = self.ec2.describe_route_tables(filters={"vpc-id": [self.studio.vpc]})
            table_id = next(table.id for table in tables if table.main_association_id)
        self.ec2.create_route(table_id, "0.0.0.0/0", **target)

    def nat(self, *, outside: bool = True) -> str:
        """Create a NAT gateway in a separate subnet; outside: with a route to the internet."""
        subnet = self.ec2.create_subnet(self.studio.vpc, "10.0.9.0/24", None).id
        gateway = self.ec2.create_nat_gateway(subnet, [], None)
        if outside:
            table = self.ec2.create_route_table(self.studio.vpc)
            self.ec2.associate_route_table(table.id, subnet_id=subnet)
            self.route(table.id, gateway_id=self.internet_gateway())
        return str(gateway.id)

    def endpoints_in_separate_subnet(self) -> str:
        """Create endpoints in a separate subnet, 10.0.8.0/24; the id of the subnet."""
        self.allow()
        subnet = str(self.ec2.create_subnet(self.studio.vpc, "10.0.8.0/24", None).id)
        for name in ("ssm", "ssmmessages"):
            self.endpoint(name, subnet_ids=[subnet])
        return subnet

    def acl(self, subnets: list[str], *rules: AclRule) -> None:
        """Associate the subnets with a network ACL that has these rules in order."""
        acl = self.ec2.create_network_acl(self.studio.vpc)
        for number, (direction, action, block, ports) in enumerate(rules, start=1):
            self.ec2.create_network_acl_entry(
                acl.id,
                number,
                "6" if ports else "-1",
                action,
                direction == "out",
                block,
                None,
                None,
                *(ports or (None, None)),
                None,
            )
        for other in list(self.ec2.network_acls.values()):
            for association in list(other.associations):
                if association.subnet_id in subnets:
                    self.ec2.replace_network_acl_association(association.id, acl.id)

    def require_session(self, *, possible: bool = True) -> None:
        space = self.studio.DescribeSpace(DomainId=self.domain_id, SpaceName="lab")["SpaceArn"]
        if possible:
            assert self.studio.StartSession(ResourceIdentifier=space)["SessionId"]
        else:
            start = self.studio.StartSession
            refused("InternalFailure", "failed", start, ResourceIdentifier=space)


def through_endpoints(it: Network) -> None:
    it.allow()
    it.endpoints()


def through_endpoints_that_allow_addresses(it: Network) -> None:
    it.allow(source_groups=[], ip_ranges=[{"CidrIp": "10.0.0.0/16"}])
    it.endpoints()


def after_a_rule_for_s3(it: Network) -> None:
    """The order of rules in a security group does not matter."""
    group = it.ec2.get_security_group_from_id(it.studio.group)
    rules = list(group.egress_rules)
    group.egress_rules.clear()
    lists = it.ec2.managed_prefix_lists.values()
    (s3,) = (each.id for each in lists if each.prefix_list_name.endswith(".s3"))
    it.ec2.authorize_security_group_egress(
        group.id, "tcp", "443", "443", ip_ranges=[], prefix_list_ids=[{"PrefixListId": s3}]
    )
    group.egress_rules.extend(rules)
    through_endpoints(it)


def through_nat(it: Network) -> None:
    it.route(nat_gateway_id=it.nat())


def through_a_transit_gateway(it: Network) -> None:
    it.route(transit_gateway_id=it.ec2.create_transit_gateway("", {}).id)


@pytest.mark.parametrize(
    "connect_node",
    [
        through_endpoints,
        through_endpoints_that_allow_addresses,
        after_a_rule_for_s3,
        through_nat,
        through_a_transit_gateway,
    ],
)
def test_the_node_reaches_systems_manager(connect_node: Callable[[Network], None]) -> None:
    it = Network()
    connect_node(it)
    it.require_session()


def nothing(it: Network) -> None:
    assert it


def one_endpoint(it: Network) -> None:
    it.allow()
    it.endpoints("ssm")


def no_private_dns(it: Network) -> None:
    it.allow()
    it.endpoints(private_dns=False)


def no_dns_in_the_vpc(it: Network) -> None:
    through_endpoints(it)
    it.ec2.modify_vpc_attribute(it.studio.vpc, "enable_dns_support", "false")


def a_closed_group(it: Network) -> None:
    it.endpoints()


def the_default_group(it: Network) -> None:
    it.allow()
    it.endpoints(groups=False)


def another_port(it: Network) -> None:
    it.allow(port=80)
    it.endpoints()


def other_addresses(it: Network) -> None:
    it.allow(source_groups=[], ip_ranges=[{"CidrIp": "192.168.0.0/16"}])
    it.endpoints()


def no_egress_of_apps(it: Network) -> None:
    through_endpoints(it)
    it.ec2.get_security_group_from_id(it.studio.group).egress_rules.clear()


def closed_endpoints_and_nat(it: Network) -> None:
    """Private DNS replaces the public addresses."""
    it.endpoints()
    through_nat(it)


def an_internet_gateway_only(it: Network) -> None:
    """The interfaces of apps have no public address."""
    it.route(gateway_id=it.internet_gateway())


def nat_without_an_internet_gateway(it: Network) -> None:
    it.route(nat_gateway_id=it.nat(outside=False))


def a_route_to_a_deleted_nat_gateway(it: Network) -> None:
    gateway = it.nat()
    it.route(nat_gateway_id=gateway)
    it.ec2.delete_nat_gateway(gateway)


@pytest.mark.parametrize(
    "connect_node",
    [
        nothing,
        one_endpoint,
        no_private_dns,
        no_dns_in_the_vpc,
        a_closed_group,
        the_default_group,
        another_port,
        other_addresses,
        no_egress_of_apps,
        closed_endpoints_and_nat,
        an_internet_gateway_only,
        nat_without_an_internet_gateway,
        a_route_to_a_deleted_nat_gateway,
    ],
)
def test_the_node_does_not_reach_systems_manager(connect_node: Callable[[Network], None]) -> None:
    it = Network()
    connect_node(it)
    it.require_session(possible=False)


@pytest.mark.parametrize(
    ("service", "policy", "access", "fails"),
    [
        ("ssm", None, "VpcOnly", False),
        ("ssm", endpoint_policy(), "VpcOnly", False),
        ("ssm", endpoint_policy(OF_THE_ACCOUNT), "VpcOnly", True),
        ("ssmmessages", endpoint_policy(OF_THE_ACCOUNT_IF_ANY), "VpcOnly", True),
        ("ssmmessages", endpoint_policy(Action="ssmmessages:Open*"), "VpcOnly", True),
        ("ssmmessages", endpoint_policy(Action="ssmmessages:*"), "VpcOnly", False),
        ("ssm", endpoint_policy(OF_THE_ACCOUNT), "PublicInternetOnly", False),
        ("sts", endpoint_policy(OF_THE_ACCOUNT), "VpcOnly", False),
    ],
)
def test_endpoint_policy(service: str, policy: str | None, access: str, fails: bool) -> None:
    it = Network(AppNetworkAccessType=access)
    it.allow()
    for name in ("ssm", "ssmmessages", "sts"):
        it.endpoint(name, policy=policy if name == service else None)
    if fails:
        it.require_session(possible=False)
        it.studio.options.update({"remote_access_obeys_endpoint_policies": False})
    it.require_session()


OUT = ("out", "allow", "10.0.8.0/24", (443, 443))
IN = ("in", "allow", "10.0.8.0/24", EPHEMERAL)


@pytest.mark.parametrize(
    ("rules", "passes"),
    [
        ([OUT, IN], True),
        ([OUT], False),
        ([IN], False),
        ([OUT, ("in", "allow", "10.0.9.0/24", EPHEMERAL)], False),
        ([OUT, ("in", "allow", ALL, (32768, 40000)), ("in", "allow", ALL, (40001, 65535))], True),
        ([OUT, ("in", "allow", ALL, (40000, 65535))], False),
        ([("out", "deny", ALL, (443, 443)), OUT, IN], False),
        ([OUT, ("out", "deny", ALL, None), IN], True),
        ([("out", "allow", ALL, None), ("in", "allow", ALL, None)], True),
    ],
)
def test_network_acl_of_the_subnets_of_apps(rules: list[AclRule], passes: bool) -> None:
    it = Network()
    it.endpoints_in_separate_subnet()
    it.acl(it.studio.subnets, *rules)
    it.require_session(possible=passes)


@pytest.mark.parametrize(
    ("rules", "passes"),
    [
        ([("in", "allow", "10.0.0.0/16", (443, 443)), ("out", "allow", ALL, EPHEMERAL)], True),
        ([("in", "allow", "10.0.0.0/16", (443, 443))], False),
        ([("in", "allow", "192.168.0.0/16", (443, 443)), ("out", "allow", ALL, EPHEMERAL)], False),
    ],
)
def test_network_acl_of_the_subnet_of_endpoints(rules: list[AclRule], passes: bool) -> None:
    it = Network()
    it.acl([it.endpoints_in_separate_subnet()], *rules)
    it.require_session(possible=passes)


def test_network_acls_do_not_apply_within_a_subnet() -> None:
    it = Network()
    through_endpoints(it)
    it.acl(it.studio.subnets)
    it.require_session()


@pytest.mark.parametrize("closed", ["apps", "NAT"])
def test_network_acl_of_the_route_through_nat(closed: str) -> None:
    it = Network()
    through_nat(it)
    it.require_session()
    (gateway,) = it.ec2.nat_gateways.values()
    it.acl(it.studio.subnets if closed == "apps" else [gateway.subnet_id])
    it.require_session(possible=False)


def test_option_remote_access_delay(studio: ControlPlane) -> None:
    studio.options.update({"remote_access_delay": 60})
    domain_id = studio.running_space(
        RemoteAccess="ENABLED", domain={"AppNetworkAccessType": "PublicInternetOnly"}
    )
    space = studio.DescribeSpace(DomainId=domain_id, SpaceName="lab")["SpaceArn"]
    studio.StartSession(ResourceIdentifier=space)
    studio.DeleteApp(**studio.app_key(domain_id))
    studio.wait(600)
    studio.app(domain_id, InstanceType="ml.t3.large")
    studio.wait(130)
    refused("InternalFailure", "failed", studio.StartSession, ResourceIdentifier=space)
    studio.wait(60)
    studio.StartSession(ResourceIdentifier=space)


def test_channel_connects_to_the_sshd_of_the_app(
    aws: Emulator, sagemaker: Any, state: Store
) -> None:
    add(state, remote="ENABLED")
    with host(aws, SPACE, echo) as listening:
        answer = sagemaker.start_session(ResourceIdentifier=SPACE)
        channel = connect(answer)
        channel.send_binary(b"SSH-2.0-x\r\n")
        assert channel.recv() == b"SSH-2.0-x\r\n"
        channel.close()
        assert listening.ended.wait(30)
        assert closed(connect(answer))[0] == 1003


@pytest.mark.parametrize(
    ("space", "status", "words"),
    [
        ({"remote": "DISABLED"}, "InService", "Remote access is not enabled"),
        ({"remote": None}, "InService", "Remote access is not enabled"),
        ({"remote": "ENABLED"}, "Pending", "no app that is InService"),
        ({"remote": "ENABLED"}, "Deleted", "no app that is InService"),
        ({"remote": "ENABLED", "app": "JupyterServer"}, "InService", "no app that is InService"),
        ({"remote": "ENABLED", "of": "other"}, "InService", "no app that is InService"),
    ],
)
def test_space_without_remote_access_or_app(
    sagemaker: Any, state: Store, space: dict[str, Any], status: str, words: str
) -> None:
    add(state, **space).status = status
    code, message = refusal(sagemaker.start_session, ResourceIdentifier=SPACE)
    assert (code, words in message) == ("ValidationException", True), message


@pytest.mark.parametrize(
    ("arn", "code"),
    [
        (f"{SPACE}2", "ResourceNotFound"),
        (SPACE.replace("space", "app"), "ResourceNotFound"),
        ("d-1/lab", "ValidationException"),
    ],
)
def test_invalid_space_arn(sagemaker: Any, state: Store, arn: str, code: str) -> None:
    add(state, remote="ENABLED")
    assert refusal(sagemaker.start_session, ResourceIdentifier=arn)[0] == code
