"""`studio resume` creates the endpoints again, and deletes nothing that is not allowed."""

from __future__ import annotations

import pytest

from scripts import resume
from settings import UserError
from studio.lifecycle.guard import DataAtRisk
from studio.terraform.state.files import Resource
from tests.studio.account import Studio
from tests.studio.lifecycle.paused import Paused, change, run

GROUP = "aws_cloudwatch_log_group.group"


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


def test_a_running_deployment_is_not_resumed(paused: Paused, said: list[str]) -> None:
    paused.changes.clear()
    assert run(resume, paused) == 0
    assert said[-2] == "Not paused: its 2 interface endpoints exist."


def test_without_own_endpoints_there_is_nothing_to_resume(paused: Paused, said: list[str]) -> None:
    paused.changes.clear()
    del paused.state["network"][1:]
    assert run(resume, paused) == 0
    assert said[-2] == "Nothing to resume: it has no interface endpoint of its own."
