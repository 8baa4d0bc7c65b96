"""The network: a new VPC (zones with SageMaker) or an existing one, its endpoints, their groups."""

from dataclasses import dataclass

from cdktf_cdktf_provider_aws.data_aws_vpc_endpoint_service import DataAwsVpcEndpointService
from constructs import Construct

from catalog.endpoint_services import service_name, services
from modules.endpoints import PrivateEndpoints, S3Gateway
from modules.existing_vpc import ExistingVpc
from modules.flow_logs import FlowLogs
from modules.security_groups import Cidrs, EndpointsSecurityGroup, StudioSecurityGroup
from modules.vpc import IsolatedVpc, ZonedSubnet
from settings import Settings
from settings.subnets import subnet_cidrs
from stacks.base import StudioStack


@dataclass(frozen=True, kw_only=True)
class NetworkOutputs:
    """studio_security_group_ids: of shared spaces. endpoints_security_group_id: None if existing
    endpoints have other groups.
    """

    vpc_id: str
    vpc_cidrs: Cidrs
    subnet_ids: tuple[str, ...]
    studio_security_group_ids: tuple[str, ...]
    endpoints_security_group_id: str | None
    s3_prefix_list_id: str


@dataclass(frozen=True, kw_only=True)
class _NewVpc:
    """A VPC with subnets that reach S3, as ExistingVpc has them."""

    id: str
    cidrs: Cidrs
    subnets: tuple[ZonedSubnet, ...]
    s3_prefix_list_id: str


_Vpc = _NewVpc | ExistingVpc


class NetworkStack(StudioStack):
    """VPC, subnets, security groups, endpoints, flow logs; in an existing VPC the missing ones."""

    def __init__(self, scope: Construct, id_: str, *, settings: Settings) -> None:
        super().__init__(scope, id_, settings=settings)
        self._account = self.account()
        vpc = self._existing_vpc() if settings.network.exists else self._isolated_vpc()
        endpoints_group = self._endpoints(vpc)
        self.outputs = NetworkOutputs(
            vpc_id=vpc.id,
            vpc_cidrs=vpc.cidrs,
            subnet_ids=tuple(subnet.id for subnet in vpc.subnets),
            studio_security_group_ids=settings.network.security_group_ids
            or (self._studio_group(vpc, endpoints_group),),
            endpoints_security_group_id=endpoints_group,
            s3_prefix_list_id=vpc.s3_prefix_list_id,
        )
        self.export("vpc_id", vpc.id, "The VPC of Studio")
        self.export("subnet_ids", list(self.outputs.subnet_ids), "Its private subnets, by zone")
        self.export("destroy_with", _destroy_with(settings), "How the deployment is destroyed")

    def _existing_vpc(self) -> ExistingVpc:
        network = self._settings.network
        return ExistingVpc(
            self,
            "network",
            vpc_id=network.vpc_id,
            subnet_ids=network.subnet_ids,
            region=self._settings.region,
        )

    def _isolated_vpc(self) -> _NewVpc:
        settings, network, name = self._settings, self._settings.network, self.context.name
        sagemaker = DataAwsVpcEndpointService(
            self, "sagemaker", service_name=service_name("sagemaker.api", settings.region)
        )
        vpc = IsolatedVpc(
            self,
            "network",
            cidr=network.cidr,
            subnet_cidrs=subnet_cidrs(network.cidr, network.zones),
            zones=sagemaker.availability_zones,
            name=name("vpc"),
        )
        s3 = S3Gateway(
            self,
            "storage",
            vpc_id=vpc.id,
            route_table_ids=[subnet.route_table_id for subnet in vpc.subnets],
            account=self._account,
            name=name("endpoint"),
        )
        if network.flow_logs:
            FlowLogs(
                self,
                "flow_logs",
                account=self._account,
                vpc_id=vpc.id,
                days=network.flow_log_days,
                own_key=settings.domain.kms != "aws-managed",
                permissions_boundary=settings.role.permissions_boundary or None,
                name=name("flow-logs"),
            )
        return _NewVpc(
            id=vpc.id,
            cidrs=(network.cidr,),
            subnets=vpc.subnets,
            s3_prefix_list_id=s3.prefix_list_id,
        )

    def _endpoints(self, vpc: _Vpc) -> str | None:
        """Create the missing endpoints; returns their group, None if other endpoints exist."""
        features, most = self._settings.features, self._settings.network.endpoint_zones
        existing = self._settings.network.existing_endpoints(features)
        if len(existing) == len(services(features)):
            return None
        group = EndpointsSecurityGroup(
            self,
            "endpoints_group",
            vpc_id=vpc.id,
            vpc_cidrs=vpc.cidrs,
            name=self.context.name("endpoints"),
        )
        PrivateEndpoints(
            self,
            "endpoints",
            features=features,
            vpc_id=vpc.id,
            subnets=vpc.subnets,
            security_group_id=group.id,
            account=self._account,
            existing=existing,
            name=self.context.name("endpoint"),
            most_zones=most if most < len(vpc.subnets) else None,
        )
        return None if existing else group.id

    def _studio_group(self, vpc: _Vpc, endpoints_group: str | None) -> str:
        return StudioSecurityGroup(
            self,
            "studio_group",
            vpc_id=vpc.id,
            vpc_cidrs=vpc.cidrs,
            endpoints_security_group_id=endpoints_group,
            s3_prefix_list_id=vpc.s3_prefix_list_id,
            name=self.context.name("apps"),
        ).id


def _destroy_with(settings: Settings) -> str:
    if settings.network.exists:
        return (
            "studio down; cdktf destroy '*' leaves SageMaker's NFS security groups in "
            f"{settings.network.vpc_id}"
        )
    if settings.domain.retention == "Delete":
        return "studio down; cdktf destroy '*' only where nobody has created an app or a space"
    return (
        "studio down; cdktf destroy '*' cannot delete the VPC while SageMaker's NFS security "
        'groups stay in it, as they do with domain.retention = "Retain"'
    )
