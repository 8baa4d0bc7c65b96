"""VPC endpoints of the features, and S3: zones, policies; a plan fails if no zone offers one."""

from collections.abc import Collection, Iterable, Sequence

from cdktf import Precondition, TerraformLocal, TerraformResourceLifecycle, Token
from cdktf_cdktf_provider_aws.data_aws_vpc_endpoint_service import DataAwsVpcEndpointService
from cdktf_cdktf_provider_aws.vpc_endpoint import VpcEndpoint
from constructs import Construct

from catalog.endpoint_services import AWS_DEFAULT_POLICY, service_name, services
from catalog.names import Feature
from catalog.permissions.iam import Account, Statement, document
from modules.vpc import ZonedSubnet

_ANYBODY = {"AWS": "*"}

_AWS_SERVICES = Statement(
    sid="AwsServices",
    why="AWS services write with URLs that they presign.",
    principal=_ANYBODY,
    actions=("*",),
    resources=("*",),
    conditions={"Bool": {"aws:PrincipalIsAWSService": "true"}},
)

_PUBLIC_AND_PRESIGNED_READS = Statement(
    sid="PublicAndPresignedReads",
    why="Package repositories, image layers and CodeArtifact's assets are in AWS's buckets.",
    principal=_ANYBODY,
    actions=("s3:GetObject",),
    resources=("*",),
)


class PrivateEndpoints(Construct):
    """Interface endpoints with private DNS, each in the subnets whose zone offers its service.

    No resource refers to an endpoint, so you can remove the construct, to save its hourly costs,
    without a change to the VPC, the domain or the home directories.

    subnets: at most one for each availability zone.
    account: the only account whose credentials the policies allow, besides unsigned requests.
        The endpoints in ``AWS_DEFAULT_POLICY`` allow all requests.
    existing: the short names of services whose endpoints exist; default none.
    most_zones: the largest number of subnets for each endpoint; default all.

    A plan fails, with the name of the service, if no subnet is in a zone that offers it.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        features: Iterable[Feature],
        vpc_id: str,
        subnets: Sequence[ZonedSubnet],
        security_group_id: str,
        account: Account,
        name: str,
        existing: Collection[str] = (),
        most_zones: int | None = None,
    ) -> None:
        super().__init__(scope, id_)
        self._most_zones = most_zones
        self._subnets = TerraformLocal(
            self, "subnets", [{"id": subnet.id, "zone": subnet.zone} for subnet in subnets]
        )
        self._policy = TerraformLocal(
            self, "policy", document((_of_account(account, "StringEqualsIfExists"),))
        )
        for service in services(features):
            if service in existing:
                continue
            full_name = service_name(service, account.region)
            offered = DataAwsVpcEndpointService(
                self, f"offer_{service}", service_name=full_name, service_type="Interface"
            )
            chosen = self._chosen_subnets(offered)
            VpcEndpoint(
                self,
                service,
                vpc_id=vpc_id,
                service_name=full_name,
                vpc_endpoint_type="Interface",
                private_dns_enabled=True,
                subnet_ids=Token.as_list(f"${{{chosen}}}"),
                security_group_ids=[security_group_id],
                policy=None if service in AWS_DEFAULT_POLICY else self._policy_of(offered),
                tags={"Name": f"{name}-{service}"},
                lifecycle=TerraformResourceLifecycle(
                    precondition=[
                        Precondition(
                            condition=f"${{length({chosen}) > 0}}",
                            error_message=(
                                f"{full_name} is not offered in any zone of the subnets."
                            ),
                        )
                    ]
                ),
            )

    def _chosen_subnets(self, service: DataAwsVpcEndpointService) -> str:
        """The expression of the subnets in zones that offer the service."""
        subnets = f"local.{self._subnets.friendly_unique_id}"
        zones = f"{_address(service)}.availability_zones"
        offered = f"[for subnet in {subnets} : subnet.id if contains({zones}, subnet.zone)]"
        if self._most_zones is None:
            return offered
        return f"slice({offered}, 0, min({self._most_zones}, length({offered})))"

    def _policy_of(self, service: DataAwsVpcEndpointService) -> str:
        policy = f"local.{self._policy.friendly_unique_id}"
        return f"${{{_address(service)}.vpc_endpoint_policy_supported ? {policy} : null}}"


class S3Gateway(Construct):
    """The gateway endpoint for S3 in the given route tables, free of charge.

    Its policy allows all requests of the account's principals and of AWS services, and every caller
    to read objects: package repositories, image layers and CodeArtifact's assets are in buckets of
    AWS. It denies writes with another account's credentials, or without any.
    docs/explanation/threat-model.md explains why it does not list the buckets.

    Attributes: ``prefix_list_id``.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        vpc_id: str,
        route_table_ids: Sequence[str],
        account: Account,
        name: str,
    ) -> None:
        super().__init__(scope, id_)
        endpoint = VpcEndpoint(
            self,
            "s3",
            vpc_id=vpc_id,
            service_name=f"com.amazonaws.{account.region}.s3",
            vpc_endpoint_type="Gateway",
            route_table_ids=list(route_table_ids),
            policy=document(
                (_of_account(account, "StringEquals"), _AWS_SERVICES, _PUBLIC_AND_PRESIGNED_READS)
            ),
            tags={"Name": f"{name}-s3"},
        )
        self.prefix_list_id: str = endpoint.prefix_list_id


def _address(service: DataAwsVpcEndpointService) -> str:
    return f"data.aws_vpc_endpoint_service.{service.friendly_unique_id}"


def _of_account(account: Account, operator: str) -> Statement:
    return Statement(
        sid="PrincipalsOfThisAccount",
        why="Credentials of another account carry no data out.",
        principal=_ANYBODY,
        actions=("*",),
        resources=("*",),
        conditions={operator: {"aws:PrincipalAccount": account.id}},
    )
