"""Security group rules: what they name must exist, and their descriptions are kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.errors import AwsError
from emulator.studio.call import Call


def check(params: dict[str, Any], call: Call) -> None:
    """The groups and prefix lists that a rule names must exist."""
    ec2 = call.backend("ec2")
    for permission in params.get("IpPermissions") or []:
        for pair in permission.get("UserIdGroupPairs") or []:
            group_id = pair.get("GroupId")
            if group_id and ec2.get_security_group_from_id(group_id) is None:
                message = f"The security group '{group_id}' does not exist"
                raise AwsError("InvalidGroup.NotFound", message)
        for prefix_list in permission.get("PrefixListIds") or []:
            list_id = prefix_list.get("PrefixListId")
            if list_id not in ec2.managed_prefix_lists:
                message = f"The prefix list ID '{list_id}' does not exist"
                raise AwsError("InvalidPrefixListID.NotFound", message)


def amend_authorize(params: dict[str, Any], call: Call, answer: dict[str, Any]) -> dict[str, Any]:
    """Moto keeps the description of a rule only where it is about addresses."""
    rules = {rule.id: rule for rule in _rules(call)}
    for shown in answer["SecurityGroupRules"]:
        rule = rules[shown["SecurityGroupRuleId"]]
        description = rule.source_group.get("Description") or _of_prefix_list(rule, params)
        if description:
            rule.ip_range["Description"] = shown["Description"] = description
    return answer


def amend_describe(_params: dict[str, Any], call: Call, answer: dict[str, Any]) -> dict[str, Any]:
    """The same where rules are shown grouped."""
    described = {
        (
            rule.group_id,
            rule.is_egress,
            rule.ip_protocol,
            rule.from_port,
            rule.prefix_list_id,
        ): rule.description
        for rule in _rules(call)
        if rule.prefix_list_id and rule.description
    }
    for group in answer["SecurityGroups"]:
        for egress, member in ((True, "IpPermissionsEgress"), (False, "IpPermissions")):
            for shown in group.get(member, []):
                place = (group["GroupId"], egress, shown["IpProtocol"], shown.get("FromPort"))
                for prefix_list in shown.get("PrefixListIds", []):
                    description = described.get((*place, prefix_list["PrefixListId"]))
                    if description:
                        prefix_list["Description"] = description
    return answer


def _rules(call: Call) -> Iterator[Any]:
    for groups in call.backend("ec2").groups.values():
        for group in groups.values():
            yield from group.ingress_rules
            yield from group.egress_rules


def _of_prefix_list(rule: Any, params: dict[str, Any]) -> str:
    for permission in params.get("IpPermissions") or []:
        if permission.get("FromPort", rule.from_port) != rule.from_port:
            continue
        for prefix_list in permission.get("PrefixListIds") or []:
            if prefix_list.get("PrefixListId") == rule.prefix_list_id:
                return str(prefix_list.get("Description", ""))
    return ""
