"""The plans of the default settings, before and after the deployment, violate no rule."""

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


VIOLATIONS: list[tuple[Rule, str, dict[str, Any]]] = [
    (invariants.internet_gateways, "aws_internet_gateway", {}),
    (invariants.internet_gateways, "aws_nat_gateway", {}),
    (invariants.internet_gateways, "aws_egress_only_internet_gateway", {}),
    (
        invariants.open_to_the_internet,
        "aws_vpc_security_group_egress_rule",
        {"cidr_ipv4": "0.0.0.0/0"},
    ),
    (
        invariants.open_to_the_internet,
        "aws_security_group",
        {"ingress": [{"ipv6_cidr_blocks": ["::/0"]}]},
    ),
    (
        invariants.open_to_the_internet,
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
        invariants.full_access_policies,
        "aws_iam_role_policy_attachment",
        {"policy_arn": "arn:aws:iam::aws:policy/AmazonSageMakerFullAccess"},
    ),
    (
        invariants.full_access_policies,
        "aws_iam_role",
        {"managed_policy_arns": ["arn:aws-cn:iam::aws:policy/job-function/SystemAdministrator"]},
    ),
]
RULES = list(dict.fromkeys(rule for rule, _, _ in VIOLATIONS))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_no_plan_violates_the_rule(plans: Plans, rule: Rule) -> None:
    assert {name: found for name, plan in plans.all().items() if (found := rule(plan))} == {}


@pytest.mark.parametrize(("rule", "kind", "values"), VIOLATIONS)
def test_the_rule_finds_a_violation(rule: Rule, kind: str, values: dict[str, Any]) -> None:
    resource = {"address": f"{kind}.bad", "mode": "managed", "type": kind, "values": values}
    assert len(rule({"planned_values": {"root_module": {"resources": [resource]}}})) == 1


def test_plans_after_the_deployment_have_no_unknown_values(plans: Plans) -> None:
    """All values are known, so the rules apply to each policy and each address."""
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
