"""A VPC as a network team makes it: private, with every endpoint that a deployment needs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from catalog.endpoint_services import service_name, services
from catalog.names import Feature
from settings import Settings
from tests.studio.account import REGION, make_subnets


@dataclass(kw_only=True)
class TeamVpc:
    """The VPC, and what the team made in it. ec2: a client of the account.

    endpoints: ids by the short names of their services.
    """

    ec2: Any
    vpc_id: str
    subnet_ids: list[str]
    table_id: str
    group_id: str
    gateway_id: str
    endpoints: dict[str, str] = field(default_factory=dict)

    @classmethod
    def create(cls, ec2: Any, *, existing: Iterable[str] = (), cidr: str = "10.8") -> TeamVpc:
        """existing: the services that have an endpoint in it."""
        vpc_id = ec2.create_vpc(CidrBlock=f"{cidr}.0.0/16")["Vpc"]["VpcId"]
        ec2.modify_vpc_attribute(VpcId=vpc_id, EnableDnsHostnames={"Value": True})
        subnets = make_subnets(ec2, vpc_id, cidr)
        table = ec2.create_route_table(VpcId=vpc_id)["RouteTable"]["RouteTableId"]
        for subnet in subnets:
            ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
        group = ec2.create_security_group(
            GroupName="team-endpoints", Description="HTTPS", VpcId=vpc_id
        )["GroupId"]
        https = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}
        ranges = [{"CidrIp": f"{cidr}.0.0/16"}]
        ec2.authorize_security_group_ingress(
            GroupId=group, IpPermissions=[{**https, "IpRanges": ranges}]
        )
        gateway = ec2.create_vpc_endpoint(
            VpcId=vpc_id, ServiceName=f"com.amazonaws.{REGION}.s3", RouteTableIds=[table]
        )["VpcEndpoint"]["VpcEndpointId"]
        made = cls(
            ec2=ec2, vpc_id=vpc_id, subnet_ids=subnets, table_id=table, group_id=group,
            gateway_id=gateway,
        )  # fmt: skip
        for service in existing:
            made.add_endpoint(service)
        return made

    def add_endpoint(self, service: str, **more: Any) -> str:
        """An endpoint in all subnets, with private DNS."""
        wanted = {
            "VpcEndpointType": "Interface",
            "SubnetIds": self.subnet_ids,
            "SecurityGroupIds": [self.group_id],
            "PrivateDnsEnabled": True,
            **more,
        }
        name = service_name(service, REGION)
        made = self.ec2.create_vpc_endpoint(VpcId=self.vpc_id, ServiceName=name, **wanted)
        self.endpoints[service] = str(made["VpcEndpoint"]["VpcEndpointId"])
        return self.endpoints[service]

    def settings(self, endpoints: str | Sequence[str] = "existing", **network: Any) -> Settings:
        """The settings of a deployment into it."""
        named = {"vpc_id": self.vpc_id, "subnet_ids": self.subnet_ids, "endpoints": endpoints}
        network = {**named, **network}
        return Settings.model_validate({"network": network, "users": {"alice": {}, "bob": {}}})


ALL = services([Feature.CONNECT])
