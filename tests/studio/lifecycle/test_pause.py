"""`studio pause` and `studio resume`, without Terraform."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any
from unittest.mock import MagicMock

import pytest

from scripts import pause, resume
from settings import Settings, UserError
from studio.aws import domain_resources
from studio.lifecycle.guard import DataAtRisk
from studio.terraform.stacks import Stack
from studio.terraform.state.files import Resource
from tests.studio.account import Studio, left_of
from tests.studio.deployed import Deployed, resource

GROUP = "aws_cloudwatch_log_group.group"


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


@pytest.fixture
def paused(deployed: Deployed, monkeypatch: pytest.MonkeyPatch) -> Paused:
    it = Paused(
        out=deployed.out / "cdktf.out",
        report=deployed.report,
        state=deployed.state,
        changes=[change("aws_vpc_endpoint.sts", "create")],
    )
    opened = MagicMock(return_value=it)
    opened.read_only.return_value = nullcontext(it)
    for module in ("studio.terraform.deployment", "scripts.resume"):
        monkeypatch.setattr(f"{module}.Deployment", opened)
    return it


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch, paused: Paused) -> list[str]:
    """The lines that the commands print."""
    lines: list[str] = []
    for printed in ("say", "result"):
        monkeypatch.setattr(f"studio.console.output.{printed}", lines.append)
    paused.report = lines.append
    return lines


def run(module: ModuleType, it: Paused, *flags: str, **sections: Any) -> int:
    parser = argparse.ArgumentParser()
    module.arguments(parser)
    code: int = module.run(
        parser.parse_args([*flags, "--out", str(it.out)]),
        Settings.model_validate({"name": "ours", **sections}),
    )
    return code


@pytest.mark.parametrize("allowed", [False, True])
def test_resume_deletes_logs_only_if_allowed(paused: Paused, allowed: bool) -> None:
    paused.changes.append(change(GROUP, "delete"))
    kind = GROUP.partition(".")[0]
    paused.state["network"].append(Resource(kind=kind, address=GROUP, attributes={}))
    if allowed:
        assert run(resume, paused, "--allow", GROUP) == 0
    else:
        with pytest.raises(
            DataAtRisk, match="Log group /aws/vpc-flow-logs/ours would be destroyed"
        ):
            run(resume, paused)
    assert paused.applied == (["network"] if allowed else [])


def test_an_unknown_address_is_an_error(paused: Paused) -> None:
    with pytest.raises(UserError, match=r"^--allow nonsense: no resource of the deployment has"):
        run(resume, paused, "--allow", "nonsense")
    assert paused.applied == []


def test_resume_checks_an_existing_network(ours: Studio, paused: Paused, said: list[str]) -> None:
    network = {"vpc_id": ours.vpc_id, "subnet_ids": ours.subnet_ids}
    with pytest.raises(UserError, match="with what the settings name"):
        run(resume, paused, network=network)
    assert any(line.startswith("network-dns: enable-dns-hostnames") for line in said)
    assert paused.applied == []


@pytest.mark.parametrize(("module", "flags"), [(pause, ["--yes"]), (resume, [])])
def test_a_state_that_was_not_moved_is_an_error(
    ours: Studio, paused: Paused, module: ModuleType, flags: Sequence[str]
) -> None:
    (paused.out.parent / "terraform.network.tfstate").write_text("{}")
    with pytest.raises(UserError, match="run `studio state move` first"):
        run(module, paused, *flags, state={"bucket": "team-state"})
    assert paused.applied == []
    assert left_of(ours.aws, "com.amazonaws.us-east-1.sts") != []


def test_a_node_that_registers_late_is_deregistered(
    ours: Studio, paused: Paused, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    delete_all = domain_resources.delete_resources

    def late(*words: Any, **more: Any) -> None:
        delete_all(*words, **more)
        made.append(ours.node("alice"))

    monkeypatch.setattr("studio.aws.domain_resources.delete_resources", late)
    assert run(pause, paused, "--yes") == 0
    assert left_of(ours.aws, *made) == []
    assert left_of(ours.aws, "com.amazonaws.us-east-1.sts") == []


def test_the_preview_has_deletions_and_costs(
    in_use: Studio, paused: Paused, said: list[str]
) -> None:
    in_use.node("alice")
    paused.state["role"] = [resource("aws_kms_key", id=id_) for id_ in ("one", "two")]
    before = in_use.aws.inventory()
    assert run(pause, paused, "--dry-run") == 0
    assert said[1:] == [
        "Deleted:",
        "  2 x interface endpoint, until `studio resume`",
        "  1 x app: alice/JupyterLab; unsaved work is lost",
        "  2 x node or activation in Systems Manager",
        # 2 endpoints in 2 zones, an ml.t3.large, a node; 2 keys at 1 USD a month.
        "It costs 3.59 USD a day (endpoints 0.96, apps 2.40, nodes 0.17, keys 0.07; us-east-1) "
        "now, 0.07 USD a day while paused.",
    ]
    assert in_use.aws.inventory() == before


def test_a_paused_deployment_is_not_paused_again(paused: Paused, said: list[str]) -> None:
    assert run(pause, paused, "--yes") == 0
    said.clear()
    assert run(pause, paused) == 0, "nothing is asked"
    assert said[1].startswith("Already paused: no interface endpoint, app or node exists")
    assert said[2].startswith("It costs 0.00 USD a day")


def test_a_running_deployment_is_not_resumed(paused: Paused, said: list[str]) -> None:
    paused.changes.clear()
    assert run(resume, paused) == 0
    assert said[-2] == "Not paused: its 2 interface endpoints exist."


@pytest.mark.parametrize(
    ("module", "words"),
    [
        (pause, "Nothing to pause: no app or node exists, and no interface endpoint of its own."),
        (resume, "Nothing to resume: it has no interface endpoint of its own."),
    ],
)
def test_a_deployment_without_own_endpoints_has_nothing_to_pause(
    paused: Paused, said: list[str], module: ModuleType, words: str
) -> None:
    paused.changes.clear()
    paused.state["network"] = [
        one for one in paused.state["network"] if one.kind != "aws_vpc_endpoint"
    ]
    assert run(module, paused) == 0
    assert said[-2] == words


@pytest.mark.parametrize("module", [pause, resume])
def test_without_a_deployment_both_are_an_error(paused: Paused, module: ModuleType) -> None:
    paused.state.clear()
    with pytest.raises(UserError, match="nothing is deployed; run `studio up`"):
        run(module, paused)
