"""The preview of `studio up` counts changes and costs."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from studio.lifecycle.up_preview import preview_changes, preview_creation
from studio.terraform.stacks import Stack
from tests.studio.review.plans import change, plan


def test_changes_are_counted_by_stack_with_their_cost() -> None:
    endpoint = change("aws_vpc_endpoint", vpc_endpoint_type="Interface", subnet_ids=["a", "b"])
    empty = replace(plan(stack="ecr"), empty=True)
    assert list(preview_changes([empty], endpoint_zones=6)) == []
    stack, cost = preview_changes([plan(endpoint), empty], endpoint_zones=6)
    assert stack == "stack network: 1 to create"
    assert cost.startswith("It then costs 0.48 USD a day (0.00 USD now) even if no app runs")


def creation(folder: Path, resources: Mapping[str, Any], *, endpoint_zones: int = 6) -> list[str]:
    """The preview of a deployment with one stack of these resources."""
    (folder / "cdk.tf.json").write_text(json.dumps({"resource": resources}))
    stack = Stack(name="network", dependencies=frozenset(), folder=folder)
    return list(preview_creation([stack], endpoint_zones=endpoint_zones))


def test_an_empty_stack_is_not_shown(tmp_path: Path) -> None:
    first, cost = creation(tmp_path, {})
    assert first == "To be created:"
    assert cost.startswith("It then costs 0.00 USD a day")


@pytest.mark.parametrize(
    ("subnet_ids", "subnets", "zones", "usd"),
    [
        (["a", "b"], 3, 6, "0.48"),
        ("${local.subnets}", 3, 6, "0.72"),
        ("${local.subnets}", 3, 1, "0.24"),
        ("${local.subnets}", 0, 2, "0.48"),
    ],
)
def test_an_endpoint_is_in_its_subnets_or_at_most_in_all_zones(
    tmp_path: Path, subnet_ids: object, subnets: int, zones: int, usd: str
) -> None:
    interface = {"vpc_endpoint_type": "Interface", "subnet_ids": subnet_ids}
    endpoints = {"sts": interface, "s3": {"vpc_endpoint_type": "Gateway"}}
    resources: dict[str, Any] = {"aws_vpc_endpoint": endpoints}
    if subnets:
        resources["aws_subnet"] = {str(number): {} for number in range(subnets)}
    lines = creation(tmp_path, resources, endpoint_zones=zones)
    assert lines[-1].startswith(f"It then costs {usd} USD a day")


def test_a_stack_shows_its_most_frequent_types(tmp_path: Path) -> None:
    types = ("aws_kms_key", "aws_iam_role", "aws_iam_policy", "aws_vpc", "aws_subnet")
    named: dict[str, Any] = {
        type_: {str(number): {} for number in range(5 - at)} for at, type_ in enumerate(types)
    }
    _, stack, cost = creation(tmp_path, named)
    assert stack.startswith("  stack network: 15 resources (5 x KMS key, ")
    assert stack.endswith(", 2 x VPC, ...)")
    assert "KMS keys 0.16 USD" in cost
