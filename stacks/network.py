"""The network of Studio: a VPC without internet, and VPC endpoints."""

from dataclasses import dataclass

from cdktf_cdktf_provider_aws.data_aws_caller_identity import DataAwsCallerIdentity
from cdktf_cdktf_provider_aws.data_aws_vpc_endpoint_service import DataAwsVpcEndpointService
from constructs import Construct

from catalog.endpoint_services import service_name
from modules.endpoints import PrivateEndpoints, S3Gateway
from modules.flow_logs import FlowLogs
from modules.iam import Account
from modules.security_groups import EndpointsSecurityGroup, StudioSecurityGroup
from modules.vpc import IsolatedVpc
from settings import Settings
from settings.subnets import carve
from stacks.base import StudioStack


@dataclass(frozen=True, kw_only=True)
class NetworkOutputs:
    """What the domain and its users need of the network; strings or tokens."""

    vpc_id: str
    vpc_cidr: str
    subnet_ids: tuple[str, ...]
    studio_security_group_id: str
    endpoints_security_group_id: str
    s3_prefix_list_id: str


class NetworkStack(StudioStack):
    """VPC, subnets, security groups, endpoints and flow logs."""

    def __init__(self, scope: Construct, id_: str, *, settings: Settings) -> None:
        super().__init__(scope, id_, settings=settings)
        name, network = self.context.name, settings.network
        account = Account(
            partition=settings.partition,
            region=settings.region,
            id=DataAwsCallerIdentity(self, "caller").account_id,
        )
        sagemaker = DataAwsVpcEndpointService(
            self, "sagemaker", service_name=service_name("sagemaker.api", settings.region)
        )

        vpc = IsolatedVpc(
            self,
            "network",
            cidr=network.cidr,
            subnet_cidrs=carve(network.cidr, network.zones),
            zones=sagemaker.availability_zones,
            name=name("vpc"),
        )
        s3 = S3Gateway(
            self,
            "storage",
            vpc_id=vpc.id,
            route_table_ids=[subnet.route_table_id for subnet in vpc.subnets],
            account=account,
            name=name("endpoint"),
        )
        endpoints_group = EndpointsSecurityGroup(
            self,
            "endpoints_group",
            vpc_id=vpc.id,
            vpc_cidr=network.cidr,
            name=name("endpoints"),
        )
        studio_group = StudioSecurityGroup(
            self,
            "studio_group",
            vpc_id=vpc.id,
            vpc_cidr=network.cidr,
            endpoints_security_group_id=endpoints_group.id,
            s3_prefix_list_id=s3.prefix_list_id,
            name=name("apps"),
        )
        PrivateEndpoints(
            self,
            "endpoints",
            features=settings.features,
            vpc_id=vpc.id,
            subnets=vpc.subnets,
            security_group_id=endpoints_group.id,
            account=account,
            name=name("endpoint"),
            most_zones=network.endpoint_zones if network.endpoint_zones < network.zones else None,
        )
        if network.flow_logs:
            FlowLogs(
                self,
                "flow_logs",
                account=account,
                vpc_id=vpc.id,
                days=network.flow_log_days,
                own_key=settings.domain.kms != "aws-managed",
                permissions_boundary=settings.role.permissions_boundary or None,
                name=name("flow-logs"),
            )

        self.outputs = NetworkOutputs(
            vpc_id=vpc.id,
            vpc_cidr=network.cidr,
            subnet_ids=tuple(subnet.id for subnet in vpc.subnets),
            studio_security_group_id=studio_group.id,
            endpoints_security_group_id=endpoints_group.id,
            s3_prefix_list_id=s3.prefix_list_id,
        )
        self.export("vpc_id", vpc.id, "The VPC of Studio")
        self.export("subnet_ids", list(self.outputs.subnet_ids), "Its private subnets, by zone")
        self.export("destroy_with", _destroy_with(settings), "How the deployment is destroyed")


def _destroy_with(settings: Settings) -> str:
    if settings.domain.retention == "Delete":
        return "studio down; cdktf destroy '*' only where nobody has created an app or a space"
    return (
        "studio down; cdktf destroy '*' cannot delete the VPC while SageMaker's NFS security "
        'groups stay in it, as they do with domain.retention = "Retain"'
    )
