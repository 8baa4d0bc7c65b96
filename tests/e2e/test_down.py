"""A deployment without an image: read-only commands, pause, resume and down."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import boto3
import pytest

from catalog.distribution import image_arn
from settings.paths import PROJECT
from tests.conformance import deployment_steps
from tests.e2e.deployments import NewAccount, Studio

NAME = "studio"
READ_ONLY = {
    "review": ["review"],
    "status": ["status"],
    "doctor": ["doctor"],
    "image list": ["image", "list"],
    "down --dry-run": ["down", "--dry-run"],
    "pause --dry-run": ["pause", "--dry-run"],
    "sweep --dry-run": ["sweep", "--dry-run"],
    "connect --dry-run": ["connect", "alice", "--dry-run"],
}
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


def run(it: Studio, *words: str) -> str:
    return it.run("studio", *words, "--out", str(it.out))


def client(it: Studio, service: str) -> Any:
    settings = it.aws.environment
    return boto3.session.Session().client(
        service,
        region_name="us-east-1",
        endpoint_url=it.aws.url,
        aws_access_key_id=settings["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=settings["AWS_SECRET_ACCESS_KEY"],
    )


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


def work(it: Studio) -> str:
    """Create another profile, a space and a running app; returns the domain's id."""
    sagemaker = client(it, "sagemaker")
    (domain,) = sagemaker.list_domains()["Domains"]
    key = {"DomainId": domain["DomainId"]}
    own = sagemaker.describe_user_profile(**key, UserProfileName="alice")["UserSettings"]
    mine = {name: own[name] for name in ("ExecutionRole", "SecurityGroups")}
    sagemaker.create_user_profile(**key, UserProfileName="by-hand", UserSettings=mine)
    settle(lambda: sagemaker.describe_user_profile(**key, UserProfileName="by-hand"))
    sagemaker.create_space(
        **key,
        SpaceName="mine",
        SpaceSettings={"AppType": "JupyterLab"},
        OwnershipSettings={"OwnerUserProfileName": "by-hand"},
        SpaceSharingSettings={"SharingType": "Private"},
    )
    settle(lambda: sagemaker.describe_space(**key, SpaceName="mine"))
    start(it, domain["DomainId"])
    return str(domain["DomainId"])


def start(it: Studio, domain_id: str) -> None:
    sagemaker = client(it, "sagemaker")
    app = {
        "DomainId": domain_id,
        "SpaceName": "mine",
        "AppType": "JupyterLab",
        "AppName": "default",
    }
    image = image_arn(sagemaker.meta.region_name, "ml.t3.large")
    spec = {"InstanceType": "ml.t3.large", "SageMakerImageArn": image}
    sagemaker.create_app(**app, ResourceSpec=spec)
    settle(lambda: sagemaker.describe_app(**app))


def settle(describe: Any) -> None:
    deadline = time.monotonic() + 60
    while describe()["Status"] != "InService":
        assert time.monotonic() < deadline, describe()
        time.sleep(0.1)


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
    for name in commands:
        out = [] if name in WITHOUT_OUT else ["--out", str(it.out)]
        it.run("studio", *READ_ONLY[name], *out, code=CODES)
        assert (hashes(it.folder, home), it.aws.inventory()) == before, name
    assert checkout() == files


def test_resume_recreates_the_endpoints_that_pause_deleted(it: Studio) -> None:
    domain_id = work(it)
    with unchanged(it, "vpc-endpoint", "network-interface", "app"):
        with unchanged(it):
            printed = run(it, "pause", "--dry-run")
        assert "5.83 USD a day (endpoints 3.36, apps 2.40, nodes 0.00, keys 0.07;" in printed
        assert "now, 0.07 USD a day while paused" in printed
        for _ in range(2):
            printed = deployment_steps.pause(it, client(it, "ec2"), NAME)
            assert "It costs 0.07 USD a day" in printed
            assert it.aws.counts()["ec2 vpc-endpoint"] == 1
        printed = deployment_steps.resume(it, client(it, "ec2"), NAME)
        assert "It costs 3.43 USD a day" in printed
        assert it.aws.counts()["ec2 vpc-endpoint"] == 8
    it.assert_nothing_to_do()
    start(it, domain_id)


def test_down_needs_a_confirmation(it: Studio) -> None:
    with unchanged(it):
        assert "add --yes" in it.run("studio", "down", "--out", str(it.out), code=2)
        assert "1 x app: mine/JupyterLab" in run(it, "down", "--dry-run")


def test_down_keeps_homes_only_on_request(it: Studio) -> None:
    printed = run(it, "down", "--yes", "--only", "users")
    assert "space: " in printed
    assert "deleted   user profile by-hand" in printed
    # 7 endpoints in 2 zones, and 2 keys.
    assert "for about 104.20 USD a month" in printed
    kinds = it.aws.counts()
    assert kinds["sagemaker domain"] == kinds["ec2 vpc"] == 1
    assert not {"sagemaker user-profile", "sagemaker space", "sagemaker app"} & kinds.keys()
    run(it, "down", "--yes", "--keep-homes")
    kinds = it.aws.counts()
    assert kinds["efs file-system"] == kinds["ec2 vpc"] == 1
    assert kinds["ec2 vpc-endpoint"] == 1
    assert not any(kind.startswith("sagemaker ") for kind in kinds)
    left = {
        each.partition(" ")[0]
        for each in deployment_steps.remaining_resources(partial(client, it), NAME)
    }
    assert left >= {"vpc", "role"}
    deployment_steps.down(it, partial(client, it), NAME)
    assert it.aws.inventory() == []
    it.down()
