"""An existing VPC, as data sources; the plan fails if it lacks DNS or a subnet."""

from collections.abc import Sequence

from cdktf import Postcondition, TerraformIterator, TerraformLocal, TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.data_aws_prefix_list import DataAwsPrefixList
from cdktf_cdktf_provider_aws.data_aws_subnet import DataAwsSubnet
from cdktf_cdktf_provider_aws.data_aws_vpc import DataAwsVpc
from constructs import Construct

from modules.vpc import ZonedSubnet


class ExistingVpc(Construct):
    """A VPC by its id, with subnets whose route tables have an S3 gateway endpoint.

    region: the region of the VPC.

    A plan fails if the VPC does not exist or has DNS support or DNS hostnames off, or if a subnet
    is in another VPC.

    Attributes: ``id``, ``cidrs`` (an iterator of all ranges of the VPC), ``subnets`` (in the order
    of ``subnet_ids``), ``s3_prefix_list_id``.
    """

    def __init__(
        self, scope: Construct, id_: str, *, vpc_id: str, subnet_ids: Sequence[str], region: str
    ) -> None:
        super().__init__(scope, id_)
        vpc = DataAwsVpc(
            self,
            "vpc",
            id=vpc_id,
            lifecycle=TerraformResourceLifecycle(
                postcondition=[
                    Postcondition(
                        condition="${self.enable_dns_support && self.enable_dns_hostnames}",
                        error_message=(
                            f"{vpc_id} needs enableDnsSupport and enableDnsHostnames: the names of "
                            "AWS resolve to its endpoints only with both."
                        ),
                    )
                ]
            ),
        )
        self.id: str = vpc.id
        ranges = TerraformLocal(
            self,
            "ranges",
            f"${{[for one in {vpc.fqn}.cidr_block_associations : one.cidr_block "
            'if one.state == "associated"]}',
        )
        self.cidrs = TerraformIterator.from_list(ranges.as_list)
        self.subnets: tuple[ZonedSubnet, ...] = tuple(
            self._subnet(number, subnet_id) for number, subnet_id in enumerate(subnet_ids, start=1)
        )
        self.s3_prefix_list_id: str = DataAwsPrefixList(
            self, "s3", name=f"com.amazonaws.{region}.s3"
        ).id

    def _subnet(self, number: int, subnet_id: str) -> ZonedSubnet:
        subnet = DataAwsSubnet(self, f"subnet_{number}", id=subnet_id, vpc_id=self.id)
        return ZonedSubnet(id=subnet.id, zone=subnet.availability_zone)
