"""Security groups for Studio and its endpoints, with a resource for each rule."""

from collections.abc import Sequence
from typing import Any

from cdktf import ListTerraformIterator, Token
from cdktf_cdktf_provider_aws.security_group import SecurityGroup
from cdktf_cdktf_provider_aws.vpc_security_group_egress_rule import VpcSecurityGroupEgressRule
from cdktf_cdktf_provider_aws.vpc_security_group_ingress_rule import VpcSecurityGroupIngressRule
from constructs import Construct

HTTPS = (443, 443)
NFS = (2049, 2049)
# The ports of Jupyter and its kernel gateways (SageMaker guide, "Connect Studio notebooks in a VPC
# to external resources").
APPS = (8192, 65535)

Cidrs = Sequence[str] | ListTerraformIterator

_In, _Out = VpcSecurityGroupIngressRule, VpcSecurityGroupEgressRule
_Rule = type[VpcSecurityGroupIngressRule] | type[VpcSecurityGroupEgressRule]


class _Group(Construct):
    """A security group, at first without rules."""

    def __init__(
        self, scope: Construct, id_: str, *, vpc_id: str, name: str, description: str
    ) -> None:
        super().__init__(scope, id_)
        self.id: str = SecurityGroup(
            self,
            "group",
            vpc_id=vpc_id,
            name=name,
            description=description,
            tags={"Name": name},
        ).id

    def _allow(
        self, rule: _Rule, id_: str, description: str, ports: tuple[int, int], **peer: Any
    ) -> None:
        first, last = ports
        rule(
            self,
            id_,
            security_group_id=self.id,
            description=description,
            ip_protocol="tcp",
            from_port=first,
            to_port=last,
            **peer,
        )

    def _allow_each(
        self, rule: _Rule, id_: str, description: str, ports: tuple[int, int], cidrs: Cidrs
    ) -> None:
        if isinstance(cidrs, ListTerraformIterator):
            each = Token.as_string(cidrs.value)
            self._allow(rule, id_, description, ports, cidr_ipv4=each, for_each=cidrs)
            return
        for number, cidr in enumerate(cidrs, start=1):
            of_cidr = id_ if number == 1 else f"{id_}_{number}"
            self._allow(rule, of_cidr, description, ports, cidr_ipv4=cidr)


class EndpointsSecurityGroup(_Group):
    """The group of the interface endpoints: HTTPS from the VPC, and nothing out.

    vpc_cidrs: the ranges that may call the endpoints, as a list or a Terraform iterator.

    Attributes: ``id``.
    """

    def __init__(
        self, scope: Construct, id_: str, *, vpc_id: str, vpc_cidrs: Cidrs, name: str
    ) -> None:
        about = "Interface endpoints: HTTPS from the VPC"
        super().__init__(scope, id_, vpc_id=vpc_id, name=name, description=about)
        self._allow_each(_In, "https_in", "HTTPS from the VPC", HTTPS, vpc_cidrs)


class StudioSecurityGroup(_Group):
    """The group of a Studio user's apps: home directory, app to app, AWS through the endpoints.

    Apps of one group reach each other on any port from 8192; a group for each user keeps users
    apart. There is no rule for DNS: security groups do not filter the VPC's own resolver (VPC
    guide, "Control traffic to your AWS resources using security groups").

    vpc_cidrs: the ranges of the home directories' mount targets, as a list or a Terraform iterator.
    endpoints_security_group_id: the group of the interface endpoints. None if some of them existed
        before, with groups of their own: then HTTPS to all of ``vpc_cidrs`` is allowed.
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
        about = "SageMaker Studio apps"
        super().__init__(scope, id_, vpc_id=vpc_id, name=name, description=about)
        homes, apps = "NFS: home directories on EFS", "Jupyter and kernels of this group"
        for direction, rule in (("in", _In), ("out", _Out)):
            self._allow_each(rule, f"nfs_{direction}", homes, NFS, vpc_cidrs)
            self._allow(rule, f"apps_{direction}", apps, APPS, referenced_security_group_id=self.id)
        endpoints = "HTTPS to the interface endpoints"
        if endpoints_security_group_id is None:
            self._allow_each(_Out, "endpoints_out", endpoints, HTTPS, vpc_cidrs)
        else:
            self._allow(
                _Out,
                "endpoints_out",
                endpoints,
                HTTPS,
                referenced_security_group_id=endpoints_security_group_id,
            )
        s3 = "HTTPS to S3 through its gateway endpoint"
        self._allow(_Out, "s3_out", s3, HTTPS, prefix_list_id=s3_prefix_list_id)
