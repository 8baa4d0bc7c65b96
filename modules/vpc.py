"""A VPC without internet: private subnets, no gateway; the plan fails if it has too few zones."""

from collections.abc import Sequence
from dataclasses import dataclass

from cdktf import Fn, Postcondition, TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.data_aws_availability_zones import (
    DataAwsAvailabilityZones,
    DataAwsAvailabilityZonesFilter,
)
from cdktf_cdktf_provider_aws.default_security_group import DefaultSecurityGroup
from cdktf_cdktf_provider_aws.route_table import RouteTable
from cdktf_cdktf_provider_aws.route_table_association import RouteTableAssociation
from cdktf_cdktf_provider_aws.subnet import Subnet
from cdktf_cdktf_provider_aws.vpc import Vpc
from constructs import Construct


@dataclass(frozen=True, kw_only=True)
class ZonedSubnet:
    """A subnet and the name of its availability zone."""

    id: str
    zone: str


@dataclass(frozen=True, kw_only=True)
class PrivateSubnet(ZonedSubnet):
    """A subnet with a route table of its own."""

    route_table_id: str


class IsolatedVpc(Construct):
    """A VPC with one private subnet and route table in each availability zone, and DNS on.

    subnet_cidrs: one range for each zone. zones: the zone names to choose from; default, every zone
    of the region. Terraform does not move an existing subnet to another zone.

    A plan fails, with the names of the zones, if there are fewer zones than subnets.

    Attributes: ``id``, ``cidr``, ``subnets`` (in the order of ``subnet_cidrs``).
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        cidr: str,
        subnet_cidrs: Sequence[str],
        name: str,
        zones: Sequence[str] | None = None,
    ) -> None:
        super().__init__(scope, id_)
        self._name = name
        self._vpc = Vpc(
            self,
            "vpc",
            cidr_block=cidr,
            enable_dns_support=True,
            enable_dns_hostnames=True,
            tags={"Name": name},
        )
        self.id: str = self._vpc.id
        self.cidr: str = self._vpc.cidr_block
        # Without ingress and egress, the provider removes AWS's default rules.
        DefaultSecurityGroup(
            self, "default", vpc_id=self.id, tags={"Name": f"{name}-unused-default"}
        )
        names = self._zone_names(zones, len(subnet_cidrs))
        self.subnets: tuple[PrivateSubnet, ...] = tuple(
            self._subnet(number, subnet_cidr, Fn.element(names, number - 1))
            for number, subnet_cidr in enumerate(subnet_cidrs, start=1)
        )

    def _zone_names(self, zones: Sequence[str] | None, wanted: int) -> list[str]:
        # An account may have opted in to Local and Wavelength zones.
        conditions = {"zone-type": ["availability-zone"]}
        if zones is not None:
            conditions["zone-name"] = list(zones)
        available = DataAwsAvailabilityZones(
            self,
            "zones",
            state="available",
            filter=[
                DataAwsAvailabilityZonesFilter(name=key, values=values)
                for key, values in conditions.items()
            ],
            lifecycle=TerraformResourceLifecycle(
                postcondition=[
                    Postcondition(
                        condition=f"${{length(self.names) >= {wanted}}}",
                        error_message=(
                            f"{wanted} availability zones are required, but there are only these: "
                            '${join(", ", self.names)}.'
                        ),
                    )
                ]
            ),
        )
        return available.names

    def _subnet(self, number: int, cidr: str, zone: str) -> PrivateSubnet:
        tags = {"Name": f"{self._name}-private-{number}"}
        subnet = Subnet(
            self,
            f"subnet_{number}",
            vpc_id=self.id,
            cidr_block=cidr,
            availability_zone=zone,
            map_public_ip_on_launch=False,
            tags=tags,
            # The list of zones can grow. A subnet in another zone would be replaced, and with it
            # the Studio domain and every home directory.
            lifecycle=TerraformResourceLifecycle(ignore_changes=["availability_zone"]),
        )
        table = RouteTable(self, f"routes_{number}", vpc_id=self.id, tags=tags)
        RouteTableAssociation(
            self, f"association_{number}", subnet_id=subnet.id, route_table_id=table.id
        )
        return PrivateSubnet(id=subnet.id, zone=subnet.availability_zone, route_table_id=table.id)
