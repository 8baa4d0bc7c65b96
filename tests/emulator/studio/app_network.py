"""The network of a running app, for tests of sessions to its space."""

from collections.abc import Sequence
from typing import Any

from studio_emulator.moto_internals.ec2 import adopt
from tests.emulator.control_plane import ControlPlane, refused

AclRule = tuple[str, str, str, tuple[int, int] | None]
"""Direction (in, out), action, CIDR block, TCP ports (None: all traffic)."""
ALL = "0.0.0.0/0"
EPHEMERAL = (32768, 60999)


class AppNetwork:
    """The VPC of a domain with a running app, with methods that connect it to Systems Manager."""

    def __init__(self, **domain: str) -> None:
        self.studio = ControlPlane()
        self.domain_id = self.studio.running_space(RemoteAccess="ENABLED", domain=domain)
        self.ec2 = self.studio.ec2
        self.endpoints_group = self.ec2.create_security_group("ends", "ends", self.studio.vpc).id

    def allow(self, port: int = 443, protocol: str = "tcp", **source: Any) -> None:
        """Allow traffic to the endpoints' security group, by default from the apps' group."""
        found = {"ip_ranges": [], "source_groups": [{"GroupId": self.studio.group}]} | source
        self.ec2.authorize_security_group_ingress(
            self.endpoints_group, protocol, str(port), str(port), **found
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
            adopt(self.ec2.enis[interface_id], "endpoint", kind="vpc_endpoint")

    def endpoints(self, names: Sequence[str] = ("ssm", "ssmmessages"), **options: Any) -> None:
        for name in names:
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

    def through_endpoints(self) -> None:
        self.allow()
        self.endpoints()

    def through_nat(self) -> None:
        self.route(nat_gateway_id=self.nat())

    def endpoints_in_separate_subnet(self) -> str:
        """Create endpoints in a separate subnet, 10.0.8.0/24; the id of the subnet."""
        self.allow()
        subnet = str(self.ec2.create_subnet(self.studio.vpc, "10.0.8.0/24", None).id)
        self.endpoints(subnet_ids=[subnet])
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
