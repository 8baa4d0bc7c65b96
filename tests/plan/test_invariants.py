"""What must not be in any plan of the shipped settings, before the deployment and after it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.plan import invariants
from tests.plan.plans import Plan, Plans, resources

Rule = Callable[[Plan], list[str]]


def policy(**statement: Any) -> dict[str, Any]:
    return {"policy": json.dumps({"Statement": [{"Effect": "Allow", **statement}]})}


OFFENCES: list[tuple[Rule, str, dict[str, Any]]] = [
    (invariants.ways_out, "aws_internet_gateway", {}),
    (invariants.ways_out, "aws_nat_gateway", {}),
    (invariants.ways_out, "aws_egress_only_internet_gateway", {}),
    (
        invariants.open_to_everywhere,
        "aws_vpc_security_group_egress_rule",
        {"cidr_ipv4": "0.0.0.0/0"},
    ),
    (
        invariants.open_to_everywhere,
        "aws_security_group",
        {"ingress": [{"ipv6_cidr_blocks": ["::/0"]}]},
    ),
    (
        invariants.open_to_everywhere,
        "aws_iam_policy",
        policy(Action="s3:Get*", Resource="*", Condition={"IpAddress": {"x": ["0.0.0.0/0"]}}),
    ),
    (invariants.administrators, "aws_iam_policy", policy(Action="*", Resource="*")),
    (invariants.administrators, "aws_iam_role_policy", policy(Action=["s3:*"], Resource=["*"])),
    (invariants.administrators, "aws_iam_policy", policy(NotAction="iam:*", Resource="*")),
    (
        invariants.administrators,
        "aws_iam_role",
        {"inline_policy": [policy(Action="s3:*", NotResource="arn:aws:s3:::a")]},
    ),
    (
        invariants.sweeping_policies,
        "aws_iam_role_policy_attachment",
        {"policy_arn": "arn:aws:iam::aws:policy/AmazonSageMakerFullAccess"},
    ),
    (
        invariants.sweeping_policies,
        "aws_iam_role",
        {"managed_policy_arns": ["arn:aws-cn:iam::aws:policy/job-function/SystemAdministrator"]},
    ),
]
RULES = list(dict.fromkeys(rule for rule, _, _ in OFFENCES))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_no_plan_breaks_the_rule(plans: Plans, rule: Rule) -> None:
    assert {name: found for name, plan in plans.all().items() if (found := rule(plan))} == {}


@pytest.mark.parametrize(("rule", "kind", "values"), OFFENCES)
def test_the_rule_finds_an_offence(rule: Rule, kind: str, values: dict[str, Any]) -> None:
    resource = {"address": f"{kind}.bad", "mode": "managed", "type": kind, "values": values}
    assert len(rule({"planned_values": {"root_module": {"resources": [resource]}}})) == 1


def test_the_plans_show_everything(plans: Plans) -> None:
    """No value is unknown any more, so the rules have seen each policy and each address."""
    assert set(plans.settled) == {"network", "role", "ecr", "image", "domain", "users"}
    for stack, plan in plans.settled.items():
        assert resources(plan), stack
        unknown = [
            change["address"]
            for change in plan.get("resource_changes", [])
            if change["change"]["actions"] != ["no-op"]
        ]
        assert unknown == [], stack
    granted = [address for address, _ in invariants.statements(plans.settled["role"])]
    assert granted
