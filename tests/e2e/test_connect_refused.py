"""`studio connect` rejects errors in one line with a fix, before it changes anything."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.e2e.client_machine import ClientMachine
from tests.e2e.connected_studio import SETTINGS, ConnectedStudio
from tests.e2e.small_studio import TIER

Prepare = Callable[[ConnectedStudio], None]


def nothing(_: ConnectedStudio) -> None:
    """Change nothing."""


def standard_tier(connected: ConnectedStudio) -> None:
    connected.studio.ssm.reset_service_setting(SettingId=TIER)


def no_bucket(connected: ConnectedStudio) -> None:
    connected.aws.client("s3").delete_bucket(Bucket=connected.studio.bucket)


def no_quota(connected: ConnectedStudio) -> None:
    connected.aws.options.update({"max_apps": 0})


def app_without_remote_access(connected: ConnectedStudio) -> None:
    connected.studio.start("alice", "ml.t3.large")


def paused(connected: ConnectedStudio) -> None:
    connected.studio.delete_endpoints()


def no_messages(connected: ConnectedStudio) -> None:
    connected.studio.delete_endpoints("ssmmessages")


@pytest.fixture
def undisturbed(connected: ConnectedStudio) -> ConnectedStudio:
    """The deployment in its initial state."""
    for user in ("alice", "bob"):
        connected.studio.stop(user)
    connected.aws.options.update({"max_apps": 1000})
    connected.studio.create_endpoints()
    connected.studio.ssm.update_service_setting(SettingId=TIER, SettingValue="advanced")
    s3 = connected.aws.client("s3")
    if not s3.list_buckets()["Buckets"]:
        s3.create_bucket(Bucket=connected.studio.bucket)
    return connected


@pytest.mark.parametrize(
    ("user", "words", "prepare", "line"),
    [
        ("mallory", [], nothing, "is expected; there are: alice"),
        ("../alice", [], nothing, "USER = ../alice: a user profile's name: "),
        (
            "alice",
            ["--login", "-oProxyCommand=x"],
            nothing,
            "argument --login: expected one argument",
        ),
        ("alice", ["--login", "a\n  User b"], nothing, "is not a login name"),
        ("alice", ["--way", "telnet"], nothing, "invalid ConnectMethod value: 'telnet'"),
        ("alice", [], app_without_remote_access, "run `studio stop alice`, then connect again"),
        ("alice", ["--way", "ssh-helper"], nothing, "no sagemaker-ssh-helper; use --way native"),
        ("alice", [], paused, "team is paused: vpc-"),
        ("alice", ["--dry-run"], paused, "has no endpoints; run `studio resume` first"),
        ("bob", [], paused, "has no endpoints; run `studio resume` first"),
        ("alice", [], no_messages, "com.amazonaws.us-east-1.ssmmessages is missing; run `studio"),
        (
            "alice",
            [],
            no_quota,
            "on ml.t3.large instances: 0 of 0 run; to request more: aws serv",
        ),
        ("bob", [], standard_tier, "To fix it: aws ssm update-service-setting --region us-east-1"),
        (
            "bob",
            [],
            no_bucket,
            "read the users' public keys from this bucket. To fix it: studio up",
        ),
    ],
)
def test_an_error_is_one_line_before_any_change(
    undisturbed: ConnectedStudio, user: str, words: list[str], prepare: Prepare, line: str
) -> None:
    prepare(undisturbed)
    before = undisturbed.aws.inventory()
    client = replace(undisturbed.clients["bob"], user=user)
    said = client.connect(*words, code=2)
    assert line in said.splitlines()[-1]
    assert undisturbed.aws.inventory() == before
    assert not client.home.joinpath(".ssh", "config").exists()
    assert "RemoteAccess" not in undisturbed.studio.space("alice")["SpaceSettings"]


def test_a_user_sees_and_stops_their_app_without_state(
    undisturbed: ConnectedStudio, tmp_path: Path
) -> None:
    alice = undisturbed.clients["alice"]
    undisturbed.studio.start("alice", "ml.t3.large")
    here = ["--out", str(tmp_path / "nowhere" / "cdktf.out")]
    assert "InService" in alice.studio("status", *here)
    assert "its volume is kept" in alice.studio("stop", "alice", *here)
    assert undisturbed.studio.app("alice") is None
    assert not (tmp_path / "nowhere").exists()


def test_a_missing_deployment_is_one_line(undisturbed: ConnectedStudio, tmp_path: Path) -> None:
    config = tmp_path / "studio.toml"
    config.write_text(SETTINGS.replace("team", "other"))
    client = undisturbed.clients["alice"].with_(STUDIO_CONFIG=str(config))
    said = client.connect(code=2)
    assert (
        "other: there is no domain of that name in us-east-1, there are: team; `studio up`" in said
    )


def test_missing_credentials_are_one_line(undisturbed: ConnectedStudio) -> None:
    keys = "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"
    said = undisturbed.clients["alice"].without(*keys).connect(code=2)
    assert said.splitlines()[-1].startswith("studio connect: AWS: Unable to locate credentials")


def test_a_user_cannot_connect_to_the_space_of_another(undisturbed: ConnectedStudio) -> None:
    alice, bob = (undisturbed.clients[user] for user in ("alice", "bob"))
    alice.connect()
    try:
        posing: ClientMachine = replace(bob, user="alice")
        posing.copy_key(alice)
        said = posing.connect(code=1)
        assert "is not authorized to perform: sagemaker:StartSession" in said
        assert "studio-team-alice" not in said.splitlines()
    finally:
        alice.connect("--remove")


@pytest.mark.parametrize(
    ("user", "target", "host_keys"),
    [
        ("alice", "{space}", "StrictHostKeyChecking accept-new"),
        ("bob", "NODE", "HostKeyAlias studio-team-bob.NODE"),
    ],
)
def test_a_dry_run_shows_the_entry_before_an_app_runs(
    undisturbed: ConnectedStudio, tmp_path: Path, user: str, target: str, host_keys: str
) -> None:
    fresh = replace(undisturbed.clients[user], home=tmp_path)
    inventory = undisturbed.aws.inventory()
    shown = fresh.connect("--dry-run")
    target = target.format(space=undisturbed.studio.space_arn(user))
    assert f"        HostName {target}\n" in shown
    assert f"        {host_keys}\n" in shown
    profile = " --profile me" if user == "bob" else ""
    assert f"scripts.session_proxy {target} --region us-east-1 --user {user}{profile}\n" in shown
    assert list(tmp_path.iterdir()) == []
    assert undisturbed.aws.inventory() == inventory
