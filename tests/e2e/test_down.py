"""A deployment without an image: read-only commands, pause, resume and down."""

import hashlib
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from catalog.distribution import image_arn
from settings.paths import PROJECT
from tests.conformance import deployment_steps
from tests.e2e.deployments import NewAccount, Studio
from tests.studio.account import create_profile

NAME = "studio"
RESOURCES = {
    "InstanceType": "ml.t3.large",
    "SageMakerImageArn": image_arn("us-east-1", "ml.t3.large"),
}
READ_ONLY = (
    *("review", "status", "doctor", "image list", "connect alice --dry-run"),
    *("down --dry-run", "pause --dry-run", "sweep --dry-run"),
)
WITHOUT_OUT = ("image list", "sweep --dry-run")
CODES = (0, 1, 2)
"""The machine may lack programs, such as VS Code."""


@pytest.fixture(scope="module")
def it(tmp_path_factory: pytest.TempPathFactory, new_account: NewAccount) -> Studio:
    """A deployment, which all tests use in their order."""
    studio = Studio.in_folder(tmp_path_factory.mktemp("down") / "deployment", new_account())
    studio.configure(users=["alice"], image=False)
    deployment_steps.deploy(studio)
    return studio


@contextmanager
def unchanged(it: Studio, *but: str) -> Iterator[None]:
    """Assert that the block changes no resources, except of the types ``but``."""
    before = existing(it, but)
    yield
    assert existing(it, but) == before


def existing(it: Studio, but: tuple[str, ...]) -> list[str]:
    return sorted(
        f"{item['type']} {item['id']}" for item in it.aws.inventory() if item["type"] not in but
    )


def work(it: Studio) -> None:
    """Create another profile, a space and a running app."""
    sagemaker, domain_id = it.client("sagemaker"), it.domain_id()
    own = sagemaker.describe_user_profile(DomainId=domain_id, UserProfileName="alice")
    mine = {name: own["UserSettings"][name] for name in ("ExecutionRole", "SecurityGroups")}
    create_profile(sagemaker, domain_id, "by-hand", **mine)
    it.create_space("mine", owner="by-hand")
    it.start_app("mine", RESOURCES)


def hashes(*folders: Path) -> dict[Path, str]:
    """The hash of each file; "" for a folder."""
    paths = [path for folder in folders for path in (folder, *folder.rglob("*"))]
    return {
        path: hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        for path in paths
    }


def checkout() -> str:
    """The changed, new and ignored files of the project, without files of tests."""
    command = ["git", "status", "--porcelain", "--ignored", "--untracked-files=all"]
    found = subprocess.run(command, cwd=PROJECT, check=True, capture_output=True, text=True).stdout
    return "\n".join(line for line in found.splitlines() if "cache" not in line)


def test_read_only_commands_write_nothing(
    it: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert_nothing_written(it, tmp_path, ["down --dry-run"])
    # Another clone, after a killed run.
    shutil.rmtree(it.out)
    marks = [it.folder / f"terraform.{stack}.unfinished" for stack in ("network", "users")]
    for mark in marks:
        mark.touch()
    assert_nothing_written(it, tmp_path, READ_ONLY)
    for mark in marks:
        mark.unlink()


def assert_nothing_written(it: Studio, home: Path, commands: Iterable[str]) -> None:
    before, files = (hashes(it.folder, home), it.aws.inventory()), checkout()
    for command in commands:
        out = [] if command in WITHOUT_OUT else ["--out", str(it.out)]
        it.run("studio", *command.split(), *out, code=CODES)
        assert (hashes(it.folder, home), it.aws.inventory()) == before, command
    assert checkout() == files


def test_resume_recreates_the_endpoints_that_pause_deleted(it: Studio) -> None:
    work(it)
    with unchanged(it, "vpc-endpoint", "network-interface", "app"):
        with unchanged(it):
            printed = it.studio("pause", "--dry-run")
        assert "5.83 USD a day (endpoints 3.36, apps 2.40, nodes 0.00, keys 0.07;" in printed
        assert "now, 0.07 USD a day while paused" in printed
        for _ in range(2):
            printed = deployment_steps.pause(it, it.client("ec2"), NAME)
            assert "It costs 0.07 USD a day" in printed
            assert it.aws.counts()["ec2 vpc-endpoint"] == 1
        printed = deployment_steps.resume(it, it.client("ec2"), NAME)
        assert "It costs 3.43 USD a day" in printed
        assert it.aws.counts()["ec2 vpc-endpoint"] == 8
    it.assert_nothing_to_do()
    it.start_app("mine", RESOURCES)


def test_down_keeps_homes_only_on_request(it: Studio) -> None:
    printed = it.studio("down", "--yes", "--only", "users")
    assert "space: " in printed
    assert "deleted   user profile by-hand" in printed
    # 7 endpoints in 2 zones, and 2 keys.
    assert "cost: about 104.20 USD a month" in printed
    kinds = it.aws.counts()
    assert kinds["sagemaker domain"] == kinds["ec2 vpc"] == 1
    assert not {"sagemaker user-profile", "sagemaker space", "sagemaker app"} & kinds.keys()
    it.studio("down", "--yes", "--keep-homes")
    kinds = it.aws.counts()
    assert kinds["efs file-system"] == kinds["ec2 vpc"] == 1
    assert kinds["ec2 vpc-endpoint"] == 1
    assert not any(kind.startswith("sagemaker ") for kind in kinds)
    left = {
        each.partition(" ")[0] for each in deployment_steps.remaining_resources(it.client, NAME)
    }
    assert left >= {"vpc", "role"}
    deployment_steps.down(it, it.client, NAME)
    assert it.aws.inventory() == []
    it.down()
