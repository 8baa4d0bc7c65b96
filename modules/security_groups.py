"""Security groups for Studio and its endpoints, with a resource for each rule."""

from collections.abc import Sequence

from cdktf import ListTerraformIterator, Token
from cdktf_cdktf_provider_aws.security_group import SecurityGroup
from cdktf_cdktf_provider_aws.vpc_security_group_egress_rule import VpcSecurityGroupEgressRule
from cdktf_cdktf_provider_aws.vpc_security_group_ingress_rule import VpcSecurityGroupIngressRule
from constructs import Construct

HTTPS = 443
NFS = 2049
# The ports of Jupyter and its kernel gateways (SageMaker guide, "Connect Studio notebooks in a VPC
# to external resources").
APPS = (8192, 65535)

Cidrs = Sequence[str] | ListTerraformIterator


class EndpointsSecurityGroup(Construct):
    """The group of the interface endpoints: HTTPS from the VPC, and nothing out.

    vpc_cidrs: the ranges that may call the endpoints, as a list or a Terraform iterator.

    Attributes: ``id``.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        vpc_id: str,
        vpc_cidrs: Cidrs,
        name: str,
    ) -> None:
        super().__init__(scope, id_)
        self.id: str = _group(self, name, "Interface endpoints: HTTPS from the VPC", vpc_id)
        _rule_of_each(
            VpcSecurityGroupIngressRule,
            self,
            "https_in",
            vpc_cidrs,
            group=self.id,
            description="HTTPS from the VPC",
            port=HTTPS,
        )


class StudioSecurityGroup(Construct):
    """The group of a Studio user's apps: home directory, app to app, AWS through the endpoints.

    Apps of one group reach each other on any port from 8192; a group for each user keeps users
    apart. There is no rule for DNS: security groups do not filter the VPC's own resolver (VPC
    guide, "Control traffic to your AWS resources using security groups").

    vpc_cidrs: the ranges of the home directories' mount targets; as for the other group.
    endpoints_security_group_id: the group of the interface endpoints; None, if some have other
        groups, allows HTTPS to all of ``vpc_cidrs``.
    s3_prefix_list_id: S3's addresses in the region (``pl-...``).

    Attributes: ``id``.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        vpc_id: str,
        vpc_cidrs: Cidrs,
        endpoints_security_group_id: str | None,
        s3_prefix_list_id: str,
        name: str,
    ) -> None:
        super().__init__(scope, id_)
        self.id: str = _group(self, name, "SageMaker Studio apps", vpc_id)
        first, last = APPS
        for direction, rule in (
            ("in", VpcSecurityGroupIngressRule),
            ("out", VpcSecurityGroupEgressRule),
        ):
            _rule_of_each(
                rule,
                self,
                f"nfs_{direction}",
                vpc_cidrs,
                group=self.id,
                description="NFS: home directories on EFS",
                port=NFS,
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
        to_endpoints = "HTTPS to the interface endpoints"
        if endpoints_security_group_id is None:
            _rule_of_each(
                VpcSecurityGroupEgressRule,
                self,
                "endpoints_out",
                vpc_cidrs,
                group=self.id,
                description=to_endpoints,
                port=HTTPS,
            )
        else:
            VpcSecurityGroupEgressRule(
                self,
                "endpoints_out",
                security_group_id=self.id,
                description=to_endpoints,
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


def _rule_of_each(
    rule: type[VpcSecurityGroupIngressRule] | type[VpcSecurityGroupEgressRule],
    scope: Construct,
    id_: str,
    cidrs: Cidrs,
    *,
    group: str,
    description: str,
    port: int,
) -> None:
    def add(id_: str, cidr: str, each: ListTerraformIterator | None = None) -> None:
        rule(
            scope,
            id_,
            for_each=each,
            security_group_id=group,
            description=description,
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
            cidr_ipv4=cidr,
        )

    if isinstance(cidrs, ListTerraformIterator):
        add(id_, Token.as_string(cidrs.value), cidrs)
        return
    for number, cidr in enumerate(cidrs, start=1):
        add(id_ if number == 1 else f"{id_}_{number}", cidr)


def _group(scope: Construct, name: str, description: str, vpc_id: str) -> str:
    group = SecurityGroup(
        scope,
        "group",
        vpc_id=vpc_id,
        name=name,
        description=description,
        tags={"Name": name},
    )
    return group.id
