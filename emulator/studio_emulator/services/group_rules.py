"""Security groups and their rules: names, descriptions, traffic and sources that EC2 refuses."""

import re
from typing import Any, NoReturn

from studio_emulator.call import Call, Params
from studio_emulator.errors import AwsError
from studio_emulator.moto_internals.ec2 import peering_status

_SOURCES = ("IpRanges", "Ipv6Ranges", "PrefixListIds", "UserIdGroupPairs")
_PROTOCOLS = frozenset({"icmp", "icmpv6", "tcp", "udp", *map(str, range(-1, 256))})
_WITH_PORTS = frozenset({"tcp", "udp", "6", "17"})
# SecurityGroupRuleDescription and IpRange in EC2's API reference
_DESCRIPTION = re.compile(r"[a-zA-Z0-9. _\-:/()#,@\[\]+=&;{}!$*]{0,255}")


def check_create_security_group(params: Params, _call: Call) -> None:
    """Check the group's name and description against CreateSecurityGroup's reference."""
    name, description = params["GroupName"], params.get("Description") or ""
    if name.startswith("sg-"):
        _refuse(
            f"Value ({name}) for parameter GroupName is invalid. Group names may not be in the "
            "format sg-*"
        )
    for member, text in (("GroupName", name), ("GroupDescription", description)):
        if not _DESCRIPTION.fullmatch(text):
            _refuse(
                f"Value ({text}) for parameter {member} is invalid. Character sets beyond ASCII "
                "are not supported."
            )


def check_rules(params: Params, call: Call) -> None:
    """Check the rules; their prefix lists must exist. Moto refuses groups that do not."""
    ec2 = call.backend("ec2")
    changed = ec2.get_security_group_from_id(params.get("GroupId", ""))
    for permission in params.get("IpPermissions") or []:
        _check_traffic(permission)
        _check_sources(permission)
        for pair in permission.get("UserIdGroupPairs") or []:
            named = ec2.get_security_group_from_id(pair.get("GroupId", ""))
            if changed and named and not _connected(changed.vpc_id, named.vpc_id, ec2):
                message = "You have specified two resources that belong to different networks."
                raise AwsError("InvalidGroup.NotFound", message)
        for prefix_list in permission.get("PrefixListIds") or []:
            list_id = prefix_list.get("PrefixListId")
            held = ec2.managed_prefix_lists.get(list_id)
            if held is None or held.state == "delete-complete":
                message = f"The prefix list ID '{list_id}' does not exist"
                raise AwsError("InvalidPrefixListID.NotFound", message)


def _connected(vpc_id: str, other: str, ec2: Any) -> bool:
    """Whether both are one VPC, or have an active peering connection.

    https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-security-groups.html; the code for
    other VPCs is in philips-software/go-hsdp-api#43.
    """
    return vpc_id == other or any(
        {peer.vpc.id, peer.peer_vpc.id} == {vpc_id, other} and peering_status(peer) == "active"
        for peer in ec2.vpc_pcxs.values()
    )


def _check_traffic(permission: dict[str, Any]) -> None:
    protocol = str(permission.get("IpProtocol")).lower()
    low, high = permission.get("FromPort"), permission.get("ToPort")
    if protocol not in _PROTOCOLS:
        _refuse(f"Invalid value '{protocol}' for IP protocol. Unknown protocol.")
    if protocol not in _WITH_PORTS:
        return
    if low is None or high is None:
        _refuse("Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.")
    for port in (low, high):
        if not 0 <= int(port) <= 65535:
            _refuse(f"TCP/UDP port ({port}) out of range")
    if int(low) > int(high):
        _refuse(f"Invalid TCP/UDP port range ({low}:{high})")


def _check_sources(permission: dict[str, Any]) -> None:
    sources = [source for member in _SOURCES for source in permission.get(member) or []]
    if not sources:
        raise AwsError("InvalidPermission.Malformed", "The rule names no source or destination.")
    for source in sources:
        if not _DESCRIPTION.fullmatch(source.get("Description") or ""):
            _refuse(
                "Invalid rule description. Valid descriptions are strings less than 256 "
                "characters from the following set:  a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*"
            )


def _refuse(message: str) -> NoReturn:
    raise AwsError("InvalidParameterValue", message)


check_authorize_security_group_egress = check_authorize_security_group_ingress = check_rules
