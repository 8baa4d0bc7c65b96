"""Security groups for Studio and its endpoints, with a resource for each rule."""

from collections.abc import Mapping

from cdktf_cdktf_provider_aws.security_group import SecurityGroup
from cdktf_cdktf_provider_aws.vpc_security_group_egress_rule import VpcSecurityGroupEgressRule
from cdktf_cdktf_provider_aws.vpc_security_group_ingress_rule import VpcSecurityGroupIngressRule
from constructs import Construct

HTTPS = 443
NFS = 2049
# What Jupyter and its kernel gateways talk on (SageMaker guide, "Connect Studio notebooks in a VPC
# to external resources").
APPS = (8192, 65535)


class EndpointsSecurityGroup(Construct):
    """The group of the interface endpoints: HTTPS from the VPC, and nothing out.

    vpc_cidr: the range that may call the endpoints. tags: default none.

    Attributes: ``id``.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        vpc_id: str,
        vpc_cidr: str,
        name: str,
        tags: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(scope, id_)
        self.id: str = _group(self, name, "Interface endpoints: HTTPS from the VPC", vpc_id, tags)
        VpcSecurityGroupIngressRule(
            self,
            "https_in",
            security_group_id=self.id,
            description="HTTPS from the VPC",
            ip_protocol="tcp",
            from_port=HTTPS,
            to_port=HTTPS,
            cidr_ipv4=vpc_cidr,
        )


class StudioSecurityGroup(Construct):
    """The group of a Studio user's apps: home directory, app to app, AWS through the endpoints.

    Apps of one group reach each other on any port from 8192; a group for each user keeps users
    apart. There is no rule for DNS: security groups do not filter the VPC's own resolver (VPC
    guide, "Control traffic to your AWS resources using security groups").

    vpc_cidr: where the home directories' mount targets are.
    endpoints_security_group_id: the group of the interface endpoints.
    s3_prefix_list_id: S3's addresses in the region (``pl-...``).
    tags: default none.

    Attributes: ``id``.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        vpc_id: str,
        vpc_cidr: str,
        endpoints_security_group_id: str,
        s3_prefix_list_id: str,
        name: str,
        tags: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(scope, id_)
        self.id: str = _group(self, name, "SageMaker Studio apps", vpc_id, tags)
        first, last = APPS
        for direction, rule in (
            ("in", VpcSecurityGroupIngressRule),
            ("out", VpcSecurityGroupEgressRule),
        ):
            rule(
                self,
                f"nfs_{direction}",
                security_group_id=self.id,
                description="NFS: home directories on EFS",
                ip_protocol="tcp",
                from_port=NFS,
                to_port=NFS,
                cidr_ipv4=vpc_cidr,
            )
            rule(
                self,
                f"apps_{direction}",
                security_group_id=self.id,
                description="Jupyter and kernels of this group",
                ip_protocol="tcp",
                from_port=first,
                to_port=last,
                referenced_security_group_id=self.id,
            )
        VpcSecurityGroupEgressRule(
            self,
            "endpoints_out",
            security_group_id=self.id,
            description="HTTPS to the interface endpoints",
            ip_protocol="tcp",
            from_port=HTTPS,
            to_port=HTTPS,
            referenced_security_group_id=endpoints_security_group_id,
        )
        VpcSecurityGroupEgressRule(
            self,
            "s3_out",
            security_group_id=self.id,
            description="HTTPS to S3 through its gateway endpoint",
            ip_protocol="tcp",
            from_port=HTTPS,
            to_port=HTTPS,
            prefix_list_id=s3_prefix_list_id,
        )


def _group(
    scope: Construct, name: str, description: str, vpc_id: str, tags: Mapping[str, str] | None
) -> str:
    group = SecurityGroup(
        scope,
        "group",
        vpc_id=vpc_id,
        name=name,
        description=description,
        tags={**(tags or {}), "Name": name},
    )
    return group.id
