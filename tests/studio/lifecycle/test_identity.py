"""No command changes the state of another deployment."""

import hashlib
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from catalog.names import DEPLOYMENT_TAG
from scripts import cdktf, cli, driver, help
from settings import SettingsError
from studio.lifecycle import identity
from studio.terraform import synthesis
from studio.terraform.state.files import Resource
from studio.terraform.state.folder import Folder
from studio_emulator.server import Emulator
from tests.program import run_app
from tests.scripts.conftest import ARGUMENTS
from tests.studio.deployed import resource
from tests.studio.states import state_of
from tests.synthesis import settings

ACCOUNT = "123456789012"
NO_DEPLOYMENT = {"sweep", "emulator", "demo", "list", "completion", "cost", "diagram"}
"""Commands that read no state, or only their own."""

COMMANDS = [[name, *ARGUMENTS.get(name, [])] for name in help.COMMANDS if name not in NO_DEPLOYMENT]

Run = Callable[..., str]


def arn(account: str = ACCOUNT) -> str:
    return f"arn:aws:ec2:us-east-1:{account}:vpc/vpc-1"


def state(**attributes: Any) -> str:
    return state_of("aws_vpc", {"id": "vpc-1", **attributes})


def contents(folder: Path) -> Mapping[str, str]:
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def run(
    entered: Emulator,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Runs a command beside a state; the error, after which nothing has changed."""
    monkeypatch.setenv("STUDIO_CONFIG", str(tmp_path / "fourth.toml"))

    def refused(words: list[str], settings: str, *, code: int = 2, **attributes: Any) -> str:
        (tmp_path / "fourth.toml").write_text(f"{settings}\n[users.alice]\n")
        (tmp_path / "terraform.network.tfstate").write_text(state(**attributes))
        before, there = contents(tmp_path), entered.inventory()
        out = str(tmp_path / "cdktf.out")
        if words[0] == "cdktf":
            monkeypatch.setattr(sys, "argv", [*words, "--output", out])
            monkeypatch.setattr(os, "execve", lambda *_: pytest.fail("cdktf started"))
            assert driver.run("cdktf", cdktf.main) == code
        else:
            flag = "--stacks" if words[0] in ("plan", "apply") else "--out"
            assert cli.main([*words, flag, out]) == code
        assert contents(tmp_path) == before
        assert entered.inventory() == there
        printed = capsys.readouterr()
        assert printed.out == ""
        line: str = printed.err
        assert line.count("\n") == 1
        return line

    return refused


@pytest.mark.parametrize(
    "words",
    [*COMMANDS, ["image", "record"], *(["cdktf", verb] for verb in ("diff", "deploy", "destroy"))],
    ids=" ".join,
)
def test_a_state_with_another_name_is_an_error(run: Run, words: list[str]) -> None:
    line = run(words, 'name = "fourth"', tags_all={DEPLOYMENT_TAG: "spacey"}, arn=arn())
    assert 'fourth.toml: name = "fourth", but the state in' in line
    assert 'holds "spacey": use --config with the settings of "spacey", or' in line
    assert "--out FOLDER/cdktf.out" in line


@pytest.mark.parametrize(
    ("settings", "held", "expected"),
    [
        (
            'region = "eu-west-1"',
            arn(),
            'region = "eu-west-1", but the state in {} holds "studio" in us-east-1: use that',
        ),
        (
            "",
            arn("999999999999"),
            f"the credentials belong to account {ACCOUNT}, but the state in {{}} holds "
            '"studio" in account 999999999999: set AWS_PROFILE',
        ),
    ],
    ids=["region", "account"],
)
@pytest.mark.parametrize("command", ["down", "status"])
def test_a_state_of_another_region_or_account_is_an_error(
    run: Run, tmp_path: Path, command: str, settings: str, held: str, expected: str
) -> None:
    line = run([command], settings, tags_all={DEPLOYMENT_TAG: "studio"}, arn=held)
    assert expected.format(tmp_path) in line


def test_a_state_of_another_deployment_in_the_bucket_is_an_error(
    entered: Emulator, tmp_path: Path
) -> None:
    s3 = entered.client("s3")
    s3.create_bucket(Bucket="team-state")
    other = state(tags_all={DEPLOYMENT_TAG: "spacey"})
    s3.put_object(Bucket="team-state", Key="studio/network.tfstate", Body=other.encode())
    own = settings(state={"bucket": "team-state", "key_prefix": "studio"})
    words = 'but the state in .*team-state.* holds "spacey": .*another state.key_prefix'
    with pytest.raises(identity.WrongDeployment, match=words):
        identity.check_state(own, out=tmp_path / "cdktf.out")


@pytest.mark.parametrize("deployment", ["studio", "spacey"])
def test_the_resources_of_another_deployment_are_an_error(tmp_path: Path, deployment: str) -> None:
    held = {"network": [resource("aws_vpc", tags_all={DEPLOYMENT_TAG: deployment})]}
    expected = pytest.raises(identity.WrongDeployment) if deployment != "studio" else nullcontext()
    with expected:
        identity.check_resources(settings(), held, out=tmp_path / "cdktf.out")


@pytest.mark.parametrize(("command", "code"), [("up", 2), ("plan", 1), ("pause", 2), ("resume", 2)])
def test_a_state_that_was_not_moved_is_an_error(run: Run, command: str, code: int) -> None:
    words = [command, *ARGUMENTS.get(command, []), "--quiet"]
    line = run(words, 'state.bucket = "team-state"', code=code)
    assert "run `studio state move` first" in line


@pytest.mark.parametrize(
    "content",
    ["", "{", state(), state(tags_all={DEPLOYMENT_TAG: "studio"}, arn=arn())],
    ids=["empty", "cut", "without tags", "the same"],
)
@pytest.mark.usefixtures("entered")
def test_a_state_of_the_same_deployment_or_of_none_is_accepted(
    tmp_path: Path, content: str
) -> None:
    (tmp_path / "terraform.network.tfstate").write_text(content)
    identity.check_state(settings(), out=tmp_path / "cdktf.out")


@pytest.mark.parametrize(
    "attributes", [{}, {"arn": ["x"], "tags": [], "tags_all": {DEPLOYMENT_TAG: 7}}]
)
def test_a_resource_without_arn_and_tags_has_no_identity(attributes: dict[str, Any]) -> None:
    held = Resource(kind="aws_vpc", address="aws_vpc.vpc", attributes=attributes)
    found = identity.Identity.of([held])
    assert found == identity.Identity(names=frozenset(), regions=frozenset(), accounts=frozenset())


@pytest.mark.parametrize(
    ("kind", "attributes"),
    [
        ("aws_sagemaker_user_profile", {"user_profile_name": "bob"}),
        # The run that created it was interrupted before the profile.
        ("aws_iam_role", {"name": "studio-user-bob"}),
    ],
)
def test_a_user_has_the_case_of_the_deployed_one(kind: str, attributes: dict[str, str]) -> None:
    held = {"users": [resource(kind, **attributes)]}
    identity.require_same_case(settings(users={"bob": {}, "alice": {}}), held)
    with pytest.raises(SettingsError, match=r"users\.Bob: .* only in case from .* user bob, "):
        identity.require_same_case(settings(users={"Bob": {}, "alice": {}}), held)


@pytest.mark.usefixtures("entered")
def test_down_reads_only_the_state_beside_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(synthesis, "run_app", run_app)
    monkeypatch.setenv("STUDIO_CONFIG", str(tmp_path / "studio.toml"))
    (tmp_path / "studio.toml").write_text("[users.alice]\n")
    read: set[Path] = set()

    def stacks(folder: Folder) -> list[str]:
        read.add(folder.path)
        return []

    def read_stack(folder: Folder, _: str) -> None:
        read.add(folder.path)

    monkeypatch.setattr(Folder, "stacks", stacks)
    monkeypatch.setattr(Folder, "read", read_stack)
    for flag in ("--yes", "--dry-run"):
        assert cli.main(["down", flag, "--out", str(tmp_path / "other" / "cdktf.out")]) == 0
    assert read == {tmp_path / "other"}
