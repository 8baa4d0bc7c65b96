"""Checks the deployment's VPC: its endpoints, their DNS names, and the file system of the homes."""

import json
from collections.abc import Iterator
from ipaddress import ip_address, ip_network
from typing import Any

from catalog.endpoint_services import AWS_DEFAULT_POLICY, service_name, services
from catalog.names import DEPLOYMENT_TAG
from settings import UserError
from studio.aws.endpoints import describe_endpoints
from studio.aws.errors import ignoring
from studio.aws.nfs_groups import list_groups
from studio.aws.policies import listed
from studio.doctor.context import Context
from studio.doctor.model import Unmet

_RULES = ("aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule")


def endpoints(context: Context) -> str:
    """Whether each endpoint is available, in the subnets, with private DNS and the policy it needs.

    Also whether the rules of the security groups exist, without which apps do not reach it.
    """
    found, missing, wrong = context.endpoints, [], []
    for service in _wanted(context):
        if service not in found:
            missing.append(service)
        elif found[service]["State"].lower() != "available":
            wrong.append(f"{service}: {found[service]['State']}")
        elif not found[service]["PrivateDnsEnabled"]:
            wrong.append(f"{service}: private DNS is off")
    own = context.endpoints_in_state if missing else set()
    if own and not wrong and own.issuperset(missing) and own.isdisjoint(found):
        raise Unmet(f"deleted, as by `studio pause`: {', '.join(missing)}", command="studio resume")
    if wrong := [*wrong, *(f"{service}: missing" for service in missing), *_lost(context)]:
        fix = "see the check `network-endpoints`" if _existing(context, missing) else "studio up"
        raise Unmet("; ".join(wrong), command=fix)
    if changed := _changed_policies(context):
        reset = "aws ec2 modify-vpc-endpoint --vpc-endpoint-id {} --reset-policy --region {}"
        raise Unmet(
            "; ".join(f"{service}: not AWS's default policy" for service in changed),
            command="; ".join(
                reset.format(id_, context.settings.region) for id_ in changed.values()
            ),
        )
    return f"{len(found)} endpoints are available, with private DNS"


def dns(context: Context) -> str:
    """Whether AWS's names resolve to the endpoints. Needs a machine that uses the VPC's DNS."""
    vpc_id, ec2 = context.domain["VpcId"], context.aws.client("ec2")
    for attribute in ("enableDnsSupport", "enableDnsHostnames"):
        response = ec2.describe_vpc_attribute(VpcId=vpc_id, Attribute=attribute)
        if not response[attribute[0].upper() + attribute[1:]]["Value"]:
            raise Unmet(f"{attribute} of {vpc_id} is false")
    (vpc,) = ec2.describe_vpcs(VpcIds=[vpc_id])["Vpcs"]
    ranges = [ip_network(each["CidrBlock"]) for each in vpc["CidrBlockAssociationSet"]]
    private: dict[str, bool] = {}
    for service, endpoint in context.endpoints.items():
        if service in _wanted(context):
            for name in _private_names(endpoint):
                found = [ip_address(text) for text in context.resolve(name)]
                private[name] = bool(found) and all(
                    any(address in block for block in ranges) for address in found
                )
    if not private:
        raise UserError(f"{vpc_id} has no endpoints, see the check `endpoints`")
    if not any(private.values()):
        raise UserError(f"this machine does not use the DNS of {vpc_id}; run it on one that does")
    if public := [name for name, inside in private.items() if not inside]:
        raise Unmet(f"resolve to addresses outside {vpc_id}: {', '.join(public)}")
    return f"{len(private)} names resolve to addresses in {vpc_id}"


def homes(context: Context) -> str:
    """Whether the file system of the homes has a mount target in each subnet."""
    system = context.domain["HomeEfsFileSystemId"]
    efs = context.aws.client("efs")
    region, found = context.settings.region, None
    with ignoring("FileSystemNotFound"):
        found = efs.describe_file_systems(FileSystemId=system)["FileSystems"][0]
    if found is None:
        # SageMaker never gives a domain another file system.
        raise Unmet(f"{system} does not exist", command="`studio down`, then `studio up`")
    if found["LifeCycleState"] != "available":
        raise Unmet(
            f"{system} is {found['LifeCycleState']}",
            command=f"aws efs describe-file-systems --file-system-id {system} --region {region}",
        )
    targets = efs.describe_mount_targets(FileSystemId=system)["MountTargets"]
    reached = {each["SubnetId"] for each in targets if each["LifeCycleState"] == "available"}
    if missing := sorted(set(context.domain["SubnetIds"]) - reached):
        name = f"security-group-for-inbound-nfs-{context.domain_id}"
        group = next((one.id for one in list_groups(context.aws) if one.name == name), None)
        commands = [
            f"aws efs create-mount-target --file-system-id {system} --subnet-id {subnet} "
            f"--security-groups {group} --region {region}"
            for subnet in missing
        ]
        raise Unmet(
            f"{system} has no mount target in {', '.join(missing)}",
            command="; ".join(commands)
            if group
            else "create one in each, with a security group that allows NFS (TCP 2049) from apps",
        )
    verb = {"Retain": "keeps", "Delete": "deletes"}[context.settings.domain.retention]
    return f"{system} is available; deleting the domain {verb} it"


def _wanted(context: Context) -> list[str]:
    settings = context.settings
    return [service_name(name, settings.region) for name in services(settings.features)]


def _existing(context: Context, missing: list[str]) -> bool:
    """Whether a missing endpoint is an existing one of the settings, which no command creates."""
    if not missing:
        return False
    settings = context.settings_with_endpoints
    existing = settings.network.existing_endpoints(settings.features)
    return not {service_name(one, settings.region) for one in existing}.isdisjoint(missing)


def _lost(context: Context) -> Iterator[str]:
    """What AWS lacks of the own endpoints and security group rules in Terraform's state."""
    if context.domain_id_in_state is None:
        return
    held = [*context.in_state("network"), *context.in_state("users")]
    own = [one.attributes for one in held if one.kind == "aws_vpc_endpoint"]
    live = {
        one["VpcEndpointId"]: one
        for one in describe_endpoints(context.aws, [one["id"] for one in own])
    }
    for one in own:
        if one["id"] not in live:
            if one["vpc_endpoint_type"] == "Gateway":
                yield f"{one['service_name']}: missing"
            continue
        for key, member in (("subnet_ids", "SubnetIds"), ("route_table_ids", "RouteTableIds")):
            if left := set(one.get(key) or ()) - set(live[one["id"]].get(member, ())):
                yield f"{one['service_name']}: not in {', '.join(sorted(left))}"
    tagged = {f"tag:{DEPLOYMENT_TAG}": [context.settings.name]}
    rules = context.aws.list_ec2("describe_security_group_rules", "SecurityGroupRules", tagged)
    kept = {one["SecurityGroupRuleId"] for one in rules}
    for resource in held:
        if resource.kind in _RULES and (id_ := resource.attributes["id"]) not in kept:
            yield f"security group rule {id_}: missing"


def _changed_policies(context: Context) -> dict[str, str]:
    """The ids of own endpoints with another policy than AWS's default: Terraform ignores it."""
    default = [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]
    changed = {}
    for name in sorted(AWS_DEFAULT_POLICY):
        service = service_name(name, context.settings.region)
        endpoint = context.endpoints.get(service, {})
        policy = endpoint.get("PolicyDocument")
        if policy and listed(json.loads(policy).get("Statement")) != default:
            changed[service] = str(endpoint["VpcEndpointId"])
    own = context.endpoints_in_state if changed else set()
    return {service: id_ for service, id_ in changed.items() if service in own}


def _private_names(endpoint: dict[str, Any]) -> list[str]:
    """AWS's names for the endpoint, with a sample name for each wildcard."""
    names = [entry["DnsName"] for entry in endpoint["DnsEntries"]]
    return [name.replace("*", "any") for name in names if ".vpce." not in name]
