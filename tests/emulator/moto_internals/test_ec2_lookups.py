"""Tags and rules are found by id."""

import pytest

from studio_emulator.server import Emulator


def test_lookups_by_id(aws: Emulator) -> None:
    ec2 = aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    rules = {}
    for name in ("alice", "bob"):
        group = ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc)["GroupId"]
        ec2.create_tags(Resources=[group], Tags=[{"Key": "user", "Value": name}])
        (rule,) = ec2.authorize_security_group_ingress(
            GroupId=group, IpProtocol="tcp", FromPort=1, ToPort=2, CidrIp="10.0.0.0/8"
        )["SecurityGroupRules"]
        rules[group] = rule["SecurityGroupRuleId"]
        found = ec2.describe_security_group_rules(SecurityGroupRuleIds=[rules[group]])
        assert [each["GroupId"] for each in found["SecurityGroupRules"]] == [group]
        of_group = [{"Name": "group-id", "Values": [group]}]
        listed = ec2.describe_security_group_rules(Filters=of_group)["SecurityGroupRules"]
        assert {each["GroupId"] for each in listed} == {group}
        assert rules[group] in {each["SecurityGroupRuleId"] for each in listed}
    both = ec2.describe_security_group_rules(SecurityGroupRuleIds=list(rules.values()))
    assert {each["GroupId"] for each in both["SecurityGroupRules"]} == set(rules)
    for values, users in ((list(rules), {"alice", "bob"}), (["sg-*"], {"alice", "bob"})):
        tags = ec2.describe_tags(Filters=[{"Name": "resource-id", "Values": values}])["Tags"]
        assert {tag["Value"] for tag in tags} == users
    first = next(iter(rules))
    (tag,) = ec2.describe_tags(Filters=[{"Name": "resource-id", "Values": [first]}])["Tags"]
    assert (tag["ResourceId"], tag["Value"]) == (first, "alice")
    ec2.delete_security_group(GroupId=first)
    with pytest.raises(ec2.exceptions.ClientError, match="NotFound"):
        ec2.describe_security_group_rules(SecurityGroupRuleIds=[rules[first]])
