"""The preview of `studio up` counts changes and costs."""

from __future__ import annotations

import json
from pathlib import Path

from studio.lifecycle.up_preview import preview_changes, preview_creation
from studio.terraform.plan import read_plan
from studio.terraform.stacks import Stack


def test_changes_are_counted_by_stack_with_their_cost(tmp_path: Path) -> None:
    endpoint = {
        "address": "aws_vpc_endpoint.sts",
        "mode": "managed",
        "type": "aws_vpc_endpoint",
        "change": {
            "actions": ["create"],
            "before": None,
            "after": {"vpc_endpoint_type": "Interface", "subnet_ids": ["a", "b"]},
        },
    }
    content = json.dumps({"format_version": "1.2", "resource_changes": [endpoint]})
    empty = read_plan('{"format_version": "1.2"}', stack="ecr")
    assert list(preview_changes([empty], endpoint_zones=6)) == []
    stack, cost = preview_changes([read_plan(content, stack="network"), empty], endpoint_zones=6)
    assert stack == "stack network: 1 to create"
    assert cost.startswith("It then costs 0.48 USD a day (0.00 USD now) even if no app runs")
    (tmp_path / "cdk.tf.json").write_text("{}")
    stack_without = Stack(name="image", dependencies=frozenset(), folder=tmp_path)
    first, cost = preview_creation([stack_without], endpoint_zones=6)
    assert first == "To be created:"
    assert cost.startswith("It then costs 0.00 USD a day")
