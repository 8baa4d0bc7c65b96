"""`studio sweep` finds leftovers of deployments by their tags, and deletes those without data."""

import argparse
from datetime import UTC, datetime, timedelta

import pytest

from scripts import sweep as command
from settings import Settings, UserError
from studio.aws.apps import LOG_GROUP
from studio.aws.client import Aws
from studio.console import output
from studio.console.output import Output
from studio.errors import StepFailed
from studio.lifecycle import sweep as module
from studio.lifecycle.sweep import HOMES, REPOSITORY, Leftover, chosen, leftovers, sweep, unneeded
from tests.emulator.registry.oci import make_repository
from tests.emulator.samples import as_tags, push
from tests.studio.account import (
    REGION,
    Studio,
    client,
    delete_domain,
    enabled_keys,
    homes_of,
    left_of,
    make_key,
    mark,
    use_key,
)


@pytest.fixture
def long_ago(monkeypatch: pytest.MonkeyPatch) -> None:
    """No resource was created in the last hour."""
    monkeypatch.setattr(module, "_FIRST_HOUR", timedelta(0))


def repository(it: Studio, name: str, **tags: str) -> None:
    make_repository(client(it.aws, "ecr"), name, tags=as_tags(**tags))


def flow_logs(it: Studio, deployment: str) -> None:
    name, tags = f"/aws/vpc-flow-logs/{deployment}-flow-logs", {"StudioDeployment": deployment}
    client(it.aws, "logs").create_log_group(logGroupName=name, tags=tags)


def streams(it: Studio, *names: str) -> None:
    logs = client(it.aws, "logs")
    logs.create_log_group(logGroupName=LOG_GROUP)
    for name in names:
        logs.create_log_stream(logGroupName=LOG_GROUP, logStreamName=name)


def run(*flags: str) -> int:
    parser = argparse.ArgumentParser()
    command.arguments(parser)
    return command.run(parser.parse_args(flags), Settings())


@pytest.mark.usefixtures("long_ago")
def test_sweep_deletes_only_the_leftovers_of_a_deleted_domain(ours: Studio, theirs: Studio) -> None:
    ours.node("alice")
    ours.node("bob", registered=False)
    streams(ours, f"{ours.domain_id}/alice/JupyterLab/default", f"{theirs.domain_id}/a/b/c", "x")
    repository(ours, "ours/slim", StudioDeployment="ours")
    repository(ours, "theirs/slim", StudioDeployment="theirs")
    repository(ours, "ours/full", StudioDeployment="ours")
    push(ours.aws, "ours/full")
    for name in ("ours", "theirs"):
        flow_logs(ours, name)
    client(ours.aws, "logs").create_log_group(logGroupName="/aws/vpc-flow-logs/crm")
    repository(ours, "crm", Project="crm", ManagedBy="terraform")
    client(ours.aws, "efs").create_file_system(CreationToken="shared")
    client(ours.aws, "ec2").create_security_group(
        GroupName="security-group-for-inbound-nfs-database", Description="x", VpcId=ours.vpc_id
    )
    assert leftovers(Aws(REGION)) == []
    delete_domain(ours, ours.domain_id, homes="Retain")
    found = leftovers(Aws(REGION))
    assert [(one.name, one.holds_data) for one in found] == [
        ("home file system", True),
        ("image repository", True),
        ("managed node", False),
        ("activation", False),
        ("activation", False),
        ("logs", False),
        ("flow logs", False),
        ("image repository", False),
    ]
    before = ours.aws.inventory()

    assert run("--dry-run") == 0
    assert ours.aws.inventory() == before
    assert run("--yes") == 0
    assert [one.name for one in leftovers(Aws(REGION))] == ["home file system", "image repository"]
    assert len(left_of(ours.aws, f"nfs-{ours.domain_id}")) == 2
    assert run("--yes", "--homes") == 0
    assert [one.name for one in leftovers(Aws(REGION))] == ["image repository"]
    assert run("--yes", "--images") == 0
    assert leftovers(Aws(REGION)) == []

    assert left_of(ours.aws, ours.domain_id) == homes_of(ours.domain_id) == []
    kept = set(before) & set(ours.aws.inventory())
    assert {item.name for item in kept} >= {
        *("crm", "theirs/slim", "shared", LOG_GROUP),
        *("/aws/vpc-flow-logs/theirs-flow-logs", "/aws/vpc-flow-logs/crm"),
    }
    assert left_of(ours.aws, "nfs-database") != []
    listed = client(ours.aws, "logs").describe_log_streams(logGroupName=LOG_GROUP)
    names = [stream["logStreamName"] for stream in listed["logStreams"]]
    assert names == [f"{theirs.domain_id}/a/b/c", "x"]


def test_a_home_names_the_deployment_whose_key_encrypts_it(ours: Studio) -> None:
    id_ = ours.make_domain("encrypted", KmsKeyId=make_key(ours, "lab", "disks"))
    for domain_id in (ours.domain_id, id_):
        delete_domain(ours, domain_id, homes="Retain")
    notes = {one.note for one in leftovers(Aws(REGION)) if one.name == HOMES}
    assert {note.partition(" of ")[2] for note in notes} == {
        f"{ours.domain_id}, 0.00 GB, 0.00 USD a month; with 2 security groups",
        f"{id_}, 0.00 GB, 0.00 USD a month, encrypted with a key of lab; with 2 security groups",
    }


def test_security_groups_and_the_last_log_stream_are_deleted(ours: Studio) -> None:
    ours.aws.options.update({"nfs_groups_deleted_with_domain": False})
    streams(ours, f"{ours.domain_id}/alice/JupyterLab/default")
    delete_domain(ours, ours.domain_id, homes="Delete")
    assert [one.name for one in leftovers(Aws(REGION))] == ["security groups", "logs"]
    assert run("--yes") == run("--yes") == 0
    assert left_of(ours.aws, ours.domain_id, LOG_GROUP) == []


@pytest.mark.usefixtures("long_ago")
def test_the_unused_ones_of_two_networks_and_of_two_keys_are_deleted(ours: Studio) -> None:
    empty = client(ours.aws, "ec2").create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    mark(ours, ours.vpc_id, empty)
    used, second, other_work = (
        make_key(ours, "ours", description) for description in ("disks", "disks", "flow logs")
    )
    use_key(ours, used, "alias")
    of_nothing, of_homes = make_key(ours, "gone"), make_key(ours, "gone")
    use_key(ours, of_homes, "file system")
    untagged = client(ours.aws, "kms").create_key()["KeyMetadata"]["KeyId"]
    found = {leftover.note.replace(",", "").split()[0] for leftover in leftovers(Aws(REGION))}
    assert found == {second, of_nothing, empty}
    assert run("--yes") == 0
    assert enabled_keys(ours) == {used, other_work, of_homes, untagged}
    assert (left_of(ours.aws, empty), left_of(ours.aws, ours.vpc_id) != []) == ([], True)
    assert leftovers(Aws(REGION)) == []


def test_recent_resources_are_marked_and_kept(
    ours: Studio, capsys: pytest.CaptureFixture[str]
) -> None:
    key = make_key(ours, "begun")
    repository(ours, "begun/slim", StudioDeployment="begun")
    repository(ours, "begun/full", StudioDeployment="begun")
    push(ours.aws, "begun/full")
    flow_logs(ours, "begun")
    found = leftovers(Aws(REGION))
    assert sorted(one.name for one in found) == [
        *("KMS key", "flow logs", "image repository", "image repository")
    ]
    capsys.readouterr()
    assert run("--dry-run") == 0
    assert capsys.readouterr().out.count("in the last hour, so `studio up` may still run") == 4
    assert run("--yes", "--homes", "--images") == 0
    assert len(leftovers(Aws(REGION))) == len(found)
    assert key in enabled_keys(ours)


def test_a_deployment_without_a_vpc_of_its_own_has_no_leftovers(ours: Studio) -> None:
    repository(ours, "begun/slim", StudioDeployment="begun")
    names = {one.name for one in leftovers(Aws(REGION))}
    assert names == {"image repository"}
    mark(ours, ours.group_id, deployment="begun")
    assert leftovers(Aws(REGION)) == []


@pytest.mark.usefixtures("ours")
def test_domains_are_listed_after_their_resources(listed: list[str]) -> None:
    leftovers(Aws(REGION))
    first = listed.index("list_domains")
    assert {"describe_file_systems", "describe_activations"} <= set(listed[:first])


def one(
    name: str, *, holds_data: bool = False, fails: bool = False, age: timedelta | None = None
) -> Leftover:
    def delete(report: object) -> None:
        if fails:
            raise StepFailed("in use")
        assert callable(report)
        report(f"deleted   {name}")

    created = None if age is None else datetime.now(UTC) - age
    return Leftover(name=name, note="", delete=delete, holds_data=holds_data, created=created)


HOME, NODE, LOGS = one(HOMES, holds_data=True), one("node"), one("logs")
IMAGES = one(REPOSITORY, holds_data=True, age=timedelta(hours=2))
EMPTY = one(REPOSITORY, age=timedelta(hours=2))
RECENT = one("KMS key", age=timedelta(0))
RECENT_IMAGES = one(REPOSITORY, holds_data=True, age=timedelta(0))


def test_what_was_created_in_the_last_hour_is_recent() -> None:
    assert one("KMS key", age=timedelta(minutes=59)).recent
    assert not one("KMS key", age=timedelta(minutes=61)).recent
    assert not NODE.recent


@pytest.mark.parametrize(
    ("flags", "deleted"),
    [
        ({}, [NODE, EMPTY]),
        ({"homes": True}, [HOME, NODE, EMPTY]),
        ({"images": True}, [NODE, IMAGES, EMPTY]),
    ],
)
def test_data_is_deleted_only_with_its_flag_and_what_is_recent_never(
    flags: dict[str, bool], deleted: list[Leftover]
) -> None:
    found = [HOME, NODE, IMAGES, EMPTY, RECENT, RECENT_IMAGES]
    assert unneeded(found, **flags) == deleted
    assert chosen(found, "all") == unneeded(found)


@pytest.mark.parametrize(
    ("words", "picked"),
    [
        ("", []),
        ("all", [NODE, LOGS]),
        ("3, 1", [HOME, LOGS]),
        ("1 all", [HOME, NODE, LOGS]),
        ("2 2", [NODE]),
        ("4", [RECENT]),
    ],
)
def test_numbers_select_any_and_all_those_without_data(words: str, picked: list[Leftover]) -> None:
    assert chosen([HOME, NODE, LOGS, RECENT], words) == picked


@pytest.mark.parametrize("words", ["0", "5", "-1", "yes", "1-3", "²", "all!"])
def test_any_other_answer_is_an_error(words: str) -> None:
    with pytest.raises(UserError, match="nothing was deleted"):
        chosen([HOME, NODE, LOGS, RECENT], f"1 {words}")


def test_a_failed_deletion_is_printed_and_does_not_stop_the_others(
    capsys: pytest.CaptureFixture[str],
) -> None:
    said: list[str] = []
    with output.speaking(Output(quiet=True)), pytest.raises(StepFailed, match="1 of 3"):
        sweep([NODE, one("group", fails=True), LOGS], said.append)
    assert said == ["deleted   node", "deleted   logs"]
    assert capsys.readouterr().err == "! group : in use\n"
