"""How each type of resource is found in AWS again, and what `terraform import` calls it.

A finder gets the values that a plan would create the resource with and yields what is there of
that kind: candidates only, whose tags the caller compares. Types that Terraform can create twice
without loss (inline policies, attachments, the default group) have none.
Sources of the ids: the section "Import" of each resource at
registry.terraform.io/providers/hashicorp/aws/5.100.0/docs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic.alias_generators import to_pascal

from catalog.statuses import ENDPOINT_LEAVING, IMAGE_VERSION_USABLE
from studio.aws import keys, networks
from studio.aws.client import Aws
from studio.aws.errors import AwsError

Values = Mapping[str, Any]
Tags = Mapping[str, str] | None


@dataclass(frozen=True)
class Candidate:
    """Something that exists: its id for `terraform import`; its tags, None where it has none.

    others: further attributes that resources of the same stack refer to.
    """

    id: str
    tags: Tags
    others: Mapping[str, str] = field(default_factory=dict)

    def attribute(self, name: str) -> str | None:
        """An attribute that others may refer to; None where it is not known."""
        return self.id if name == "id" else self.others.get(name)


Finder = Callable[[Aws, Values], Iterator[Candidate]]


def _tags(items: list[dict[str, str]] | None, key: str = "Key", value: str = "Value") -> Tags:
    return {item[key]: item[value] for item in items or ()}


def _ec2(
    operation: str, member: str, key: str, filters: Mapping[str, str], *, state: str = ""
) -> Finder:
    """What EC2 lists by filters (name of the filter -> argument of the resource)."""

    def find(aws: Aws, values: Values) -> Iterator[Candidate]:
        asked = [{"Name": name, "Values": [values[of]]} for name, of in filters.items()]
        for item in aws.all("ec2", operation, member, Filters=asked):
            if item.get(state) not in ENDPOINT_LEAVING:
                yield Candidate(item[key], _tags(item.get("Tags")))

    return find


def _vpcs(aws: Aws, values: Values) -> Iterator[Candidate]:
    """Of two, where AWS's answer was lost, the one that is used comes first."""
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
            asked = [{"Name": "prefix-list-name", "Values": [values["service_name"]]}]
            for one in aws.all("ec2", "describe_prefix_lists", "PrefixLists", Filters=asked):
                others["prefix_list_id"] = one["PrefixListId"]
        yield Candidate(endpoint.id, endpoint.tags, others)


def _route_table_associations(aws: Aws, values: Values) -> Iterator[Candidate]:
    subnet, table = values["subnet_id"], values["route_table_id"]
    asked = [{"Name": "association.subnet-id", "Values": [subnet]}]
    for found in aws.all("ec2", "describe_route_tables", "RouteTables", Filters=asked):
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
        asked = [{"Name": "group-id", "Values": [values["security_group_id"]]}]
        for rule in aws.all(
            "ec2", "describe_security_group_rules", "SecurityGroupRules", Filters=asked
        ):
            theirs = dict(rule, ReferencedGroupInfo=rule.get("ReferencedGroupInfo", {}))
            theirs["ReferencedGroupInfo"] = theirs["ReferencedGroupInfo"].get("GroupId")
            ports = [values.get("from_port"), values.get("to_port")]
            if (
                rule["IsEgress"] is egress
                and rule["IpProtocol"] == values["ip_protocol"]
                and ([rule.get("FromPort"), rule.get("ToPort")] == ports or ports == [None, None])
                and all(theirs.get(name) == value for name, value in peer.items())
            ):
                yield Candidate(rule["SecurityGroupRuleId"], _tags(rule.get("Tags")))

    return find


def _log_groups(aws: Aws, values: Values) -> Iterator[Candidate]:
    name = values["name"]
    for group in aws.all("logs", "describe_log_groups", "logGroups", logGroupNamePrefix=name):
        if group["logGroupName"] == name:
            arn = group["arn"].removesuffix(":*")
            tags = aws.client("logs").list_tags_for_resource(resourceArn=arn)["tags"]
            yield Candidate(name, tags)


def _keys(aws: Aws, values: Values) -> Iterator[Candidate]:
    """The used ones first, as ``_vpcs``."""
    for key in keys.enabled_keys(aws):
        if key.description == values["description"]:
            yield Candidate(key.id, key.tags, {"key_id": key.id})


def _aliases(aws: Aws, values: Values) -> Iterator[Candidate]:
    for alias in aws.all("kms", "list_aliases", "Aliases"):
        same = alias["AliasName"] == values["name"]
        if same and alias.get("TargetKeyId") == values["target_key_id"]:
            yield Candidate(alias["AliasName"], None)


def _roles(aws: Aws, values: Values) -> Iterator[Candidate]:
    role = aws.client("iam").get_role(RoleName=values["name"])["Role"]
    yield Candidate(role["RoleName"], _tags(role.get("Tags")))


def _policies(aws: Aws, values: Values) -> Iterator[Candidate]:
    for policy in aws.all("iam", "list_policies", "Policies", Scope="Local"):
        if policy["PolicyName"] == values["name"]:
            arn = policy["Arn"]
            tags = _tags(aws.client("iam").list_policy_tags(PolicyArn=arn)["Tags"])
            yield Candidate(arn, tags, {"arn": arn})


def _repositories(aws: Aws, values: Values) -> Iterator[Candidate]:
    asked = [values["name"]]
    for found in aws.client("ecr").describe_repositories(repositoryNames=asked)["repositories"]:
        tags = aws.client("ecr").list_tags_for_resource(resourceArn=found["repositoryArn"])["tags"]
        yield Candidate(values["name"], _tags(tags))


def _described(kind: str, *arguments: str, by_arn: bool = False) -> Finder:
    """What SageMaker describes by these arguments; its id: the last of them, or its ARN."""

    def find(aws: Aws, values: Values) -> Iterator[Candidate]:
        request = {to_pascal(argument): values[argument] for argument in arguments}
        answer = getattr(aws.client("sagemaker"), f"describe_{kind}")(**request)
        arn = answer[f"{to_pascal(kind)}Arn"]
        yield Candidate(arn if by_arn else values[arguments[-1]], _studio_tags(aws, arn))

    return find


def _image_versions(aws: Aws, values: Values) -> Iterator[Candidate]:
    """Version 5 of the provider reads the newest one, whatever the id says."""
    name = values["image_name"]
    newest = aws.client("sagemaker").describe_image_version(ImageName=name)
    usable = newest["ImageVersionStatus"] in IMAGE_VERSION_USABLE
    if usable and newest["BaseImage"] == values["base_image"]:
        yield Candidate(name, None)


def _domains(aws: Aws, values: Values) -> Iterator[Candidate]:
    for domain in aws.all("sagemaker", "list_domains", "Domains"):
        if domain["DomainName"] == values["domain_name"]:
            yield Candidate(domain["DomainId"], _studio_tags(aws, domain["DomainArn"]))


def _default_groups(aws: Aws, values: Values) -> Iterator[Candidate]:
    asked = [
        {"Name": "vpc-id", "Values": [values["vpc_id"]]},
        {"Name": "group-name", "Values": ["default"]},
    ]
    for group in aws.all("ec2", "describe_security_groups", "SecurityGroups", Filters=asked):
        yield Candidate(group["GroupId"], None)


def _role_policies(aws: Aws, values: Values) -> Iterator[Candidate]:
    role, name = values["role"], values["name"]
    aws.client("iam").get_role_policy(RoleName=role, PolicyName=name)
    yield Candidate(f"{role}:{name}", None)


def _role_attachments(aws: Aws, values: Values) -> Iterator[Candidate]:
    role, wanted = values["role"], values["policy_arn"]
    for policy in aws.all("iam", "list_attached_role_policies", "AttachedPolicies", RoleName=role):
        if policy["PolicyArn"] == wanted:
            yield Candidate(f"{role}/{wanted}", None)


def _of_repository(operation: str) -> Finder:
    """The one document of its kind that a repository has."""

    def find(aws: Aws, values: Values) -> Iterator[Candidate]:
        getattr(aws.client("ecr"), operation)(repositoryName=values["repository"])
        yield Candidate(values["repository"], None)

    return find


def _studio_tags(aws: Aws, arn: str) -> Tags:
    return _tags(aws.all("sagemaker", "list_tags", "Tags", ResourceArn=arn))


_VPC = {"vpc-id": "vpc_id"}

FINDERS: Mapping[str, Finder] = {
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
    "aws_cloudwatch_log_group": _log_groups,
    "aws_kms_key": _keys,
    "aws_kms_alias": _aliases,
    "aws_iam_role": _roles,
    "aws_iam_policy": _policies,
    "aws_ecr_repository": _repositories,
    "aws_sagemaker_image": _described("image", "image_name"),
    "aws_sagemaker_image_version": _image_versions,
    "aws_sagemaker_app_image_config": _described("app_image_config", "app_image_config_name"),
    "aws_sagemaker_domain": _domains,
    "aws_sagemaker_user_profile": _described(
        "user_profile", "domain_id", "user_profile_name", by_arn=True
    ),
    "aws_sagemaker_space": _described("space", "domain_id", "space_name", by_arn=True),
    "aws_sagemaker_studio_lifecycle_config": _described(
        "studio_lifecycle_config", "studio_lifecycle_config_name"
    ),
    "aws_default_security_group": _default_groups,
    "aws_iam_role_policy": _role_policies,
    "aws_iam_role_policy_attachment": _role_attachments,
    "aws_ecr_lifecycle_policy": _of_repository("get_lifecycle_policy"),
    "aws_ecr_repository_policy": _of_repository("get_repository_policy"),
}

PARENTS: Mapping[str, str] = {
    "aws_default_security_group": "vpc_id",
    "aws_iam_role_policy": "role",
    "aws_iam_role_policy_attachment": "role",
    "aws_ecr_lifecycle_policy": "repository",
    "aws_ecr_repository_policy": "repository",
}
"""What carries no tags: the attribute that names the resource to which it belongs."""


class _Unknown(Exception):
    """A finder needs a value that is known only once another resource exists."""


class _Known(dict[str, Any]):
    """The known values of a planned resource."""

    def __missing__(self, name: str) -> Any:
        raise _Unknown(name)


_NOT_THERE = (
    "ResourceNotFound",
    "ResourceNotFoundException",
    "RepositoryNotFoundException",
    "LifecyclePolicyNotFoundException",
    "RepositoryPolicyNotFoundException",
    "NoSuchEntity",
)


def candidates(kind: str, aws: Aws, values: Values) -> list[Candidate]:
    """What exists of a planned resource; nothing where what it stands on does not exist yet.

    Raises AwsError for any answer of AWS's but "not there".
    """
    if kind not in FINDERS:
        return []
    known = _Known({name: value for name, value in values.items() if value is not None})
    try:
        return list(FINDERS[kind](aws, known))
    except _Unknown:
        return []
    except AwsError as error:
        if error.code in _NOT_THERE:
            return []
        raise
