"""The way from the deployment's VPC to AWS: endpoints, and what their names lead to."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import Any

from catalog.endpoint_services import service_name, services
from settings import UserError
from studio.doctor.context import Studio
from studio.doctor.model import Unmet

UP, RESUME = "studio up", "studio resume"


def endpoints(studio: Studio) -> str:
    """Whether each interface endpoint is there, available, and takes over AWS's own names."""
    found, missing, wrong = _endpoints(studio), [], []
    for service in _wanted(studio):
        if service not in found:
            missing.append(service)
        elif found[service]["State"].lower() != "available":
            wrong.append(f"{service}: {found[service]['State']}")
        elif not found[service]["PrivateDnsEnabled"]:
            wrong.append(f"{service}: private DNS is off")
    if missing and not wrong and studio.endpoints_made.issuperset(missing):
        raise Unmet(f"taken away, as by `studio pause`: {', '.join(missing)}", command=RESUME)
    if wrong := [*wrong, *(f"{service}: missing" for service in missing)]:
        raise Unmet("; ".join(wrong), command=UP)
    return f"{len(found)} endpoints are available, with private DNS"


def dns(studio: Studio) -> str:
    """Whether AWS's names lead into the VPC; from outside it can only be told that they do not."""
    vpc_id, ec2 = studio.domain["VpcId"], studio.aws.client("ec2")
    for attribute in ("enableDnsSupport", "enableDnsHostnames"):
        answer = ec2.describe_vpc_attribute(VpcId=vpc_id, Attribute=attribute)
        if not answer[attribute[0].upper() + attribute[1:]]["Value"]:
            raise Unmet(f"{attribute} of {vpc_id} is false")
    (vpc,) = ec2.describe_vpcs(VpcIds=[vpc_id])["Vpcs"]
    ranges = [ip_network(each["CidrBlock"]) for each in vpc["CidrBlockAssociationSet"]]
    private: dict[str, bool] = {}
    for service, endpoint in _endpoints(studio).items():
        if service in _wanted(studio):
            for name in _private_names(endpoint):
                found = [ip_address(text) for text in studio.resolve(name)]
                private[name] = bool(found) and all(
                    any(address in block for block in ranges) for address in found
                )
    if not private:
        raise UserError(f"{vpc_id} has no endpoints, see the check `endpoints`")
    if not any(private.values()):
        raise UserError(f"this machine does not use the DNS of {vpc_id}, only one in it can tell")
    if public := [name for name, inside in private.items() if not inside]:
        raise Unmet(f"not in {vpc_id}: {', '.join(public)}")
    return f"{len(private)} names lead into {vpc_id}"


def homes(studio: Studio) -> str:
    """Whether the file system with everybody's home can be reached, and whether it is kept."""
    system = studio.domain["HomeEfsFileSystemId"]
    efs = studio.aws.client("efs")
    found = efs.describe_file_systems(FileSystemId=system)["FileSystems"][0]
    if found["LifeCycleState"] != "available":
        raise Unmet(
            f"{system} is {found['LifeCycleState']}",
            command=f"aws efs describe-file-systems --file-system-id {system}",
        )
    targets = efs.describe_mount_targets(FileSystemId=system)["MountTargets"]
    reached = {each["SubnetId"] for each in targets if each["LifeCycleState"] == "available"}
    if missing := sorted(set(studio.domain["SubnetIds"]) - reached):
        raise Unmet(
            f"{system} has no mount target in {', '.join(missing)}",
            command=f"aws efs create-mount-target --file-system-id {system} --subnet-id "
            f"{missing[0]} --security-groups ID (of the domain's group for inbound NFS)",
        )
    fate = {"Retain": "kept", "Delete": "deleted"}[studio.settings.domain.retention]
    return f"{system} is available; it is {fate} when the domain is destroyed"


def _wanted(studio: Studio) -> list[str]:
    settings = studio.settings
    return [service_name(name, settings.region) for name in services(settings.features)]


def _endpoints(studio: Studio) -> dict[str, dict[str, Any]]:
    """The interface endpoints in the domain's VPC, by the name of their service."""
    filters = [
        {"Name": "vpc-id", "Values": [studio.domain["VpcId"]]},
        {"Name": "vpc-endpoint-type", "Values": ["Interface"]},
    ]
    found = studio.aws.all("ec2", "describe_vpc_endpoints", "VpcEndpoints", Filters=filters)
    return {endpoint["ServiceName"]: endpoint for endpoint in found}


def _private_names(endpoint: dict[str, Any]) -> list[str]:
    """AWS's own names that the endpoint takes over, any one for a wildcard."""
    names = [entry["DnsName"] for entry in endpoint["DnsEntries"]]
    return [name.replace("*", "any") for name in names if ".vpce." not in name]
