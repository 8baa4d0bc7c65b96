"""The steps of `studio down` delete the domain, its resources and what SageMaker leaves of it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

import pytest

from studio.aws.client import Aws
from studio.aws.waiting import wait
from studio.console.reports import Report
from studio.errors import StepFailed
from studio.lifecycle import removals
from studio.lifecycle.inventory import DeployedResources, live_resources
from tests.studio.account import (
    REGION,
    Studio,
    activate,
    client,
    delete_domain,
    homes_of,
    left_of,
)


def quiet(_line: str) -> None:
    pass


def take_down(it: Studio, *, keep_homes: bool) -> list[str]:
    """Delete all resources of the domain; the reported lines."""
    reported: list[str] = []
    aws = Aws(REGION)
    removals.remove_people(aws, it.resources, reported.append)
    removals.remove_domain(aws, it.resources, reported.append, keep_homes=keep_homes)
    return reported


OnCall = Callable[[str, Callable[..., None]], None]


@pytest.fixture
def on_call(in_use: Studio) -> Iterator[OnCall]:  # noqa: ARG001
    """Registers a handler for an event of the clients, which all tests share."""
    undo = contextlib.ExitStack()

    def register(event: str, handler: Callable[..., None]) -> None:
        for service in ("sagemaker", "efs", "ec2", "ssm"):
            events = Aws(REGION).client(service).meta.events
            events.register(event, handler)
            undo.callback(events.unregister, event, handler)

    with undo:
        yield register


@pytest.mark.parametrize("groups_go_too", [True, False])
def test_only_the_resources_of_the_deployment_are_deleted(
    ours: Studio, theirs: Studio, groups_go_too: bool
) -> None:
    ours.aws.options.nfs_groups_deleted_with_domain = groups_go_too
    ours.user("alice")
    ours.user("bob")
    ours.space("alice", "alice")
    ours.space("bob", "bob", run=False)
    nodes = [ours.node("alice"), ours.node("bob", registered=False)]
    job = activate(ours.aws, "ours", True, SSHOwner="alice", SSHResourceArn="training-job/one")
    before = left_of(ours.aws, theirs.domain_id, theirs.vpc_id, "alice")

    reported = take_down(ours, keep_homes=False)

    assert left_of(ours.aws, ours.domain_id, *nodes) == []
    assert homes_of(ours.domain_id) == []
    kept = left_of(ours.aws, theirs.domain_id, theirs.vpc_id, "alice")
    assert [item for item in before if item not in kept and ours.domain_id not in item] == []
    assert homes_of(theirs.domain_id) != []
    assert left_of(ours.aws, job) == [f"managed-instance {job}"]
    client(ours.aws, "ec2").delete_subnet(SubnetId=ours.subnet_ids[0])
    for deleted in ("app alice/JupyterLab", "space bob", "user profile alice", "domain"):
        assert any(line.startswith(f"deleted   {deleted}") for line in reported), reported


def test_kept_homes_keep_their_security_groups(ours: Studio) -> None:
    ours.user("alice")
    take_down(ours, keep_homes=True)
    assert len(homes_of(ours.domain_id)) == 1
    assert left_of(ours.aws, f"nfs-{ours.domain_id}") == [
        f"security-group security-group-for-inbound-nfs-{ours.domain_id}",
        f"security-group security-group-for-outbound-nfs-{ours.domain_id}",
    ]
    rules = client(ours.aws, "ec2").describe_security_group_rules()["SecurityGroupRules"]
    assert sum(rule["FromPort"] == 2049 for rule in rules) == 2
    # A later run without --keep-homes deletes them, although the domain no longer exists.
    later = DeployedResources(domain_id=None, vpc_id=ours.vpc_id)
    removals.remove_domain(Aws(REGION), later, quiet, keep_homes=False)
    assert homes_of(ours.domain_id) == left_of(ours.aws, ours.domain_id) == []


def test_another_domain_in_the_vpc_is_kept(ours: Studio) -> None:
    other = ours.make_domain("other")
    take_down(ours, keep_homes=False)
    assert len(homes_of(other)) == 1
    assert len(left_of(ours.aws, f"nfs-{other}")) == 2
    assert client(ours.aws, "sagemaker").describe_domain(DomainId=other)["Status"] == "InService"


def test_only_nodes_are_left_of_a_deleted_domain(ours: Studio, listed: list[str]) -> None:
    node = ours.node("alice")
    delete_domain(ours, ours.domain_id, homes="Delete")
    removals.remove_people(Aws(REGION), ours.resources, quiet)
    assert left_of(ours.aws, node) == []
    assert not {"list_apps", "list_spaces", "list_user_profiles"} & set(listed)


@pytest.mark.parametrize("calls", [1, 4, 6, 8, 11, 14, 17, 20])
def test_an_interrupted_run_can_run_again(in_use: Studio, on_call: OnCall, calls: int) -> None:
    in_use.node("alice")
    done = 0

    def break_off(**_: object) -> None:
        nonlocal done
        done += 1
        if done == calls:
            raise KeyboardInterrupt

    on_call("after-call", break_off)
    with pytest.raises(KeyboardInterrupt):
        take_down(in_use, keep_homes=False)
    take_down(in_use, keep_homes=False)
    assert left_of(in_use.aws, in_use.domain_id) == homes_of(in_use.domain_id) == []
    assert take_down(in_use, keep_homes=False) == []


@pytest.mark.parametrize("moment", ["sagemaker.DeleteApp", "ssm.DeregisterManagedInstance"])
def test_a_node_that_registers_late_is_deregistered(
    in_use: Studio, on_call: OnCall, moment: str
) -> None:
    made = [in_use.node("alice")]

    def register(**_: object) -> None:
        if len(made) == 1:
            made.append(in_use.node("alice"))

    on_call(f"after-call.{moment}", register)
    removals.remove_people(Aws(REGION), in_use.resources, quiet)
    assert len(made) == 2
    assert left_of(in_use.aws, *made) == []


def test_an_app_that_starts_late_is_deleted(in_use: Studio, on_call: OnCall) -> None:
    restarted = False

    def start_again(**_: object) -> None:
        nonlocal restarted
        if not restarted:
            restarted = True
            in_use.space("late", "alice")

    on_call("after-call.sagemaker.DeleteApp", start_again)
    removals.remove_people(Aws(REGION), in_use.resources, quiet)
    there = live_resources(Aws(REGION), in_use.resources)
    assert restarted
    assert (there.apps, there.spaces, there.profiles) == ([], [], [])


@pytest.mark.parametrize("kind", ["app", "space", "user-profile", "domain"])
def test_a_status_that_hangs_is_an_error_and_down_can_run_again(
    in_use: Studio, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def soon(pending: Callable[[], str], *, seconds: float, report: Report) -> None:
        assert seconds >= 600
        wait(pending, seconds=0.7, report=report)

    in_use.aws.options.update({"hang": [kind]})
    with monkeypatch.context() as hurried:
        hurried.setattr("studio.aws.domain_resources.wait", soon)
        with pytest.raises(StepFailed, match=rf"{kind.replace('-', ' ')} .*Deleting.*to continue"):
            take_down(in_use, keep_homes=False)
    in_use.aws.options.update({"hang": []})
    take_down(in_use, keep_homes=False)
    assert left_of(in_use.aws, in_use.domain_id) == homes_of(in_use.domain_id) == []
