"""A deployment that `studio pause` and `studio resume` work on, without Terraform."""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from settings import Settings
from studio.terraform.stacks import Stack
from tests.studio.deployed import Deployed


@dataclass(kw_only=True)
class Paused(Deployed):
    """A deployment whose network stack has these planned changes."""

    changes: list[dict[str, Any]]
    applied: list[str] = field(default_factory=list)

    def plan(self, stack: Stack) -> str:
        assert stack.name == "network"
        return json.dumps({"format_version": "1.2", "resource_changes": self.changes})

    def apply(self, stack: Stack) -> None:
        self.applied.append(stack.name)


def change(address: str, action: str) -> dict[str, Any]:
    before = {"name": "/aws/vpc-flow-logs/ours", "vpc_endpoint_type": "Interface"}
    return {
        "address": address,
        "mode": "managed",
        "type": address.partition(".")[0],
        "change": {
            "actions": [action],
            "before": before if action == "delete" else None,
            "after": before if action == "create" else None,
        },
    }


def run(module: ModuleType, it: Paused, *flags: str, **sections: Any) -> int:
    parser = argparse.ArgumentParser()
    module.arguments(parser)
    code: int = module.run(
        parser.parse_args([*flags, "--out", str(it.out)]),
        Settings.model_validate({"name": "ours", **sections}),
    )
    return code
