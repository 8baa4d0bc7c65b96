"""Finds the resources of a network in EC2, those in use first; see ``finders``."""

from collections.abc import Iterator, Mapping

from catalog.statuses import ENDPOINT_LEAVING
from studio.aws import networks
from studio.aws.client import Aws
from studio.aws.tags import tags_of
from studio.lifecycle.recovery.candidates import Candidate, Finder, Values


def _ec2(
    operation: str, member: str, key: str, filters: Mapping[str, str], *, state: str = ""
) -> Finder:
    """Lists by filters: EC2's name of each, and the resource's argument with its value."""

    def find(aws: Aws, values: Values) -> Iterator[Candidate]:
        asked = {name: [values[of]] for name, of in filters.items()}
        for item in aws.list_ec2(operation, member, asked):
            if item.get(state) not in ENDPOINT_LEAVING:
                yield Candidate(item[key], tags_of(item.get("Tags")))

    return find


def _vpcs(aws: Aws, values: Values) -> Iterator[Candidate]:
    """The VPC in use first: Terraform creates a second one when AWS's answer is lost."""
    empty = {network.id for network in networks.list_networks(aws) if network.empty}
    there = _ec2("describe_vpcs", "Vpcs", "VpcId", {"cidr": "cidr_block"})(aws, values)
    yield from sorted(there, key=lambda vpc: vpc.id in empty)


def _endpoints(aws: Aws, values: Values) -> Iterator[Candidate]:
    listed = _ec2(
        "describe_vpc_endpoints",
        "VpcEndpoints",
        "VpcEndpointId",
        {**_VPC, "service-name": "service_name"},
        state="State",
    )
    for endpoint in listed(aws, values):
        others = {}
        if values.get("vpc_endpoint_type") == "Gateway":
            asked = {"prefix-list-name": [values["service_name"]]}
            for one in aws.list_ec2("describe_prefix_lists", "PrefixLists", asked):
                others["prefix_list_id"] = one["PrefixListId"]
        yield Candidate(endpoint.id, endpoint.tags, others)


def _route_table_associations(aws: Aws, values: Values) -> Iterator[Candidate]:
    subnet, table = values["subnet_id"], values["route_table_id"]
    asked = {"association.subnet-id": [subnet]}
    for found in aws.list_ec2("describe_route_tables", "RouteTables", asked):
        if found["RouteTableId"] == table:
            yield Candidate(f"{subnet}/{table}", None)


def _rules(*, egress: bool) -> Finder:
    def find(aws: Aws, values: Values) -> Iterator[Candidate]:
        peer = {
            "CidrIpv4": values.get("cidr_ipv4"),
            "PrefixListId": values.get("prefix_list_id"),
            "ReferencedGroupInfo": values.get("referenced_security_group_id"),
        }
        if not any(peer.values()):
            return
        asked = {"group-id": [values["security_group_id"]]}
        for rule in aws.list_ec2("describe_security_group_rules", "SecurityGroupRules", asked):
            theirs = dict(rule, ReferencedGroupInfo=rule.get("ReferencedGroupInfo", {}))
            theirs["ReferencedGroupInfo"] = theirs["ReferencedGroupInfo"].get("GroupId")
            ports = [values.get("from_port"), values.get("to_port")]
            if (
                rule["IsEgress"] is egress
                and rule["IpProtocol"] == values["ip_protocol"]
                and ([rule.get("FromPort"), rule.get("ToPort")] == ports or ports == [None, None])
                and all(theirs.get(name) == value for name, value in peer.items())
            ):
                yield Candidate(rule["SecurityGroupRuleId"], tags_of(rule.get("Tags")))

    return find


def _default_groups(aws: Aws, values: Values) -> Iterator[Candidate]:
    asked = {"vpc-id": [values["vpc_id"]], "group-name": ["default"]}
    for group in aws.list_ec2("describe_security_groups", "SecurityGroups", asked):
        yield Candidate(group["GroupId"], None)


_VPC = {"vpc-id": "vpc_id"}

NETWORK_FINDERS: Mapping[str, Finder] = {
    "aws_vpc": _vpcs,
    "aws_subnet": _ec2(
        "describe_subnets", "Subnets", "SubnetId", {**_VPC, "cidr-block": "cidr_block"}
    ),
    "aws_route_table": _ec2("describe_route_tables", "RouteTables", "RouteTableId", _VPC),
    "aws_route_table_association": _route_table_associations,
    "aws_security_group": _ec2(
        "describe_security_groups", "SecurityGroups", "GroupId", {**_VPC, "group-name": "name"}
    ),
    "aws_vpc_security_group_ingress_rule": _rules(egress=False),
    "aws_vpc_security_group_egress_rule": _rules(egress=True),
    "aws_vpc_endpoint": _endpoints,
    "aws_flow_log": _ec2("describe_flow_logs", "FlowLogs", "FlowLogId", {"resource-id": "vpc_id"}),
    "aws_default_security_group": _default_groups,
}
