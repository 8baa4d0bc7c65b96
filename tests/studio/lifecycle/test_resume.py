"""`studio resume` creates the endpoints again, and deletes nothing that is not allowed."""

from pathlib import Path

import pytest

from scripts import resume
from settings import UserError
from studio.lifecycle.guard import DataAtRisk
from tests.studio.account import Studio, client
from tests.studio.deployed import Deployed, resource
from tests.studio.lifecycle.samples import plan, run


@pytest.mark.parametrize("allowed", [False, True])
def test_resume_deletes_logs_only_if_allowed(paused: Deployed, allowed: bool) -> None:
    paused.plans["network"] = plan("delete")
    group = resource("aws_cloudwatch_log_group")
    paused.state["network"].append(group)
    if allowed:
        assert run(resume, paused, "--allow", group.address) == 0
    else:
        with pytest.raises(DataAtRisk, match="Log group logs would be destroyed"):
            run(resume, paused)
    assert paused.done == (["apply network"] if allowed else [])


def test_an_unknown_address_is_an_error(paused: Deployed) -> None:
    with pytest.raises(UserError, match=r"^--allow nonsense: no resource of the deployment has"):
        run(resume, paused, "--allow", "nonsense")
    assert paused.done == []


def test_a_state_that_is_not_yet_in_the_bucket_is_an_error(
    ours: Studio, paused: Deployed, tmp_path: Path
) -> None:
    client(ours.aws, "s3").create_bucket(Bucket="team-state")
    paused.out = tmp_path / "cdktf.out"
    (tmp_path / "terraform.network.tfstate").write_text("{}")
    with pytest.raises(UserError, match=r"network is still in .* `studio state move`"):
        run(resume, paused, state={"bucket": "team-state"})
    assert paused.done == []


def test_resume_checks_an_existing_network(
    ours: Studio, paused: Deployed, capsys: pytest.CaptureFixture[str]
) -> None:
    network = {"vpc_id": ours.vpc_id, "subnet_ids": ours.subnet_ids}
    with pytest.raises(UserError, match="with what the settings name"):
        run(resume, paused, network=network)
    assert capsys.readouterr().err.startswith("network-dns: enable-dns-hostnames")
    assert paused.done == []


@pytest.mark.parametrize(
    ("endpoints", "line"),
    [
        (2, "Not paused. Its interface endpoints exist: 2."),
        (0, "Nothing to resume: it has no interface endpoint of its own."),
    ],
)
def test_a_deployment_that_is_not_paused_is_not_resumed(
    paused: Deployed, endpoints: int, line: str
) -> None:
    paused.plans.clear()
    del paused.state["network"][1 + endpoints :]
    assert run(resume, paused) == 0
    assert paused.said[-2] == line
