"""`terraform init` runs again only if its inputs have changed."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pytest

from settings import Settings
from studio.terraform.deployment import Deployment
from studio.terraform.initialization import Initialization
from studio.terraform.runner import Terraform
from studio.terraform.shared_provider import REATTACH

PACKAGE = Path("registry.terraform.io", "hashicorp", "aws", "5.100.0", "linux_amd64")
BACKEND = {"terraform": {"backend": {"local": {"path": "../../../terraform.role.tfstate"}}}}


IN_STATE = "another provider"


@dataclass(frozen=True, kw_only=True)
class Installing(Terraform):
    """A Terraform that writes the files of `init`; the provider is a link to ``mirror``.

    linked: the folders that it initialized without installing a provider.
    """

    mirror: Path
    other: bool = False
    linked: list[str] = field(default_factory=list)
    initialized: list[str] = field(default_factory=list)

    def run(
        self,
        folder: Path,
        words: Sequence[str],
        *,
        good: Sequence[int] = (0,),
        provider: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        assert (words[0], good) == ("init", (0,))
        if provider is not None:
            self.linked.append(f"{folder.parent.name}/{folder.name}")
            (folder / ".terraform").mkdir(exist_ok=True)
            (folder / ".terraform" / "terraform.tfstate").write_text("{}")
            if (folder / IN_STATE).exists():
                (folder / ".terraform" / "providers").mkdir()
            return subprocess.CompletedProcess(words, 0, "", "")
        self.initialized.append(f"{folder.parent.name}/{folder.name}")
        installed = folder / ".terraform" / "providers" / PACKAGE
        installed.parent.mkdir(parents=True, exist_ok=True)
        installed.unlink(missing_ok=True)
        installed.symlink_to(self.mirror)
        (folder / ".terraform" / "terraform.tfstate").write_text("{}")
        (folder / ".terraform.lock.hcl").write_text("")
        return subprocess.CompletedProcess(words, 0, "", "")


@dataclass(kw_only=True)
class Deployed(Deployment):
    @cached_property
    def runner(self) -> Installing:
        mirror = self.out.parent / "mirror"
        if not mirror.exists():
            mirror.mkdir()
            (mirror / "terraform-provider-aws").touch()
        return Installing(
            log=self.out.parent / "studio.log",
            store=self.store,
            report=self.report,
            mirror=mirror,
        )


@pytest.fixture(autouse=True)
def _no_running_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(REATTACH, raising=False)


def command(folder: Path) -> Deployed:
    """A new command on the same folder."""
    return Deployed(settings=Settings(), out=folder / "cdktf.out", report=lambda _: None)


def stack(
    folder: Path, parent: str = "stacks", document: object = BACKEND, *, name: str = "role"
) -> Path:
    found = folder / "cdktf.out" / parent / name
    found.mkdir(parents=True, exist_ok=True)
    (found / "cdk.tf.json").write_text(json.dumps(document))
    return found


def initialize(folder: Path, *folders: Path) -> list[str]:
    """The folders that a command initializes."""
    deployment = command(folder)
    for one in folders:
        deployment.init(one)
    return deployment.runner.initialized


def test_the_next_command_does_not_initialize_again(tmp_path: Path) -> None:
    role = stack(tmp_path)
    assert initialize(tmp_path, role) == ["stacks/role"]
    assert initialize(tmp_path, role) == []


def test_the_folder_of_a_plan_uses_the_files_of_the_stack(tmp_path: Path) -> None:
    role, review = stack(tmp_path), stack(tmp_path, "review")
    assert initialize(tmp_path, role, review) == ["stacks/role"]
    assert (review / ".terraform" / "providers" / PACKAGE).is_dir()
    assert (review / ".terraform.lock.hcl").is_file()


def test_the_provider_is_installed_for_one_stack_and_linked_for_the_others(tmp_path: Path) -> None:
    role, network = stack(tmp_path), stack(tmp_path, name="network")
    assert initialize(tmp_path, role, network) == ["stacks/role"]
    assert (network / ".terraform" / "providers" / PACKAGE).is_dir()
    assert (network / ".terraform.lock.hcl").is_file()
    assert initialize(tmp_path, network) == []


@pytest.mark.parametrize("other", ["another version", "a module", IN_STATE])
def test_a_stack_that_needs_other_providers_installs_its_own(tmp_path: Path, other: str) -> None:
    document: dict[str, dict[str, object]] = json.loads(json.dumps(BACKEND))
    match other:
        case "another version":
            document["terraform"]["required_providers"] = {"aws": {"version": "6.0.0"}}
        case "a module":
            document["module"] = {"theirs": {"source": "./theirs"}}
    role, network = stack(tmp_path), stack(tmp_path, document=document, name="network")
    if other == IN_STATE:
        (network / IN_STATE).touch()
    assert initialize(tmp_path, role, network) == ["stacks/role", "stacks/network"]


def test_a_saved_plan_installs_its_own_providers(tmp_path: Path) -> None:
    role, network = stack(tmp_path), stack(tmp_path, name="network")
    deployment = command(tmp_path)
    initialization = Initialization(out=deployment.out, runner=deployment.runner)
    initialization.run(role)
    initialization.run(network, "-lockfile=readonly")
    assert deployment.runner.initialized == ["stacks/role", "stacks/network"]
    assert deployment.runner.linked == []


@pytest.mark.parametrize("change", ["backend", "provider", "mirror", "running", "lock"])
def test_a_changed_input_is_initialized_again(
    change: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    role = stack(tmp_path)
    initialize(tmp_path, role)
    match change:
        case "backend":
            stack(tmp_path, document={"terraform": {"backend": {"s3": {}}}})
        case "provider":
            (tmp_path / "mirror" / "terraform-provider-aws").write_text("another one")
        case "mirror":
            (tmp_path / "mirror").rename(tmp_path / "gone")
        case "running":
            monkeypatch.setenv(REATTACH, "{}")
        case "lock":
            (role / ".terraform.lock.hcl").unlink()
    assert initialize(tmp_path, role) == ["stacks/role"]


def test_a_run_with_a_reattached_provider_counts_only_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    role, review = stack(tmp_path), stack(tmp_path, "review")
    monkeypatch.setenv(REATTACH, "{}")
    assert initialize(tmp_path, role, review) == ["stacks/role"]
    assert initialize(tmp_path, role, review) == []
    monkeypatch.delenv(REATTACH)
    assert initialize(tmp_path, role) == ["stacks/role"]


def test_a_new_provider_is_not_installed_into_a_linked_folder(tmp_path: Path) -> None:
    role, review = stack(tmp_path), stack(tmp_path, "review")
    initialize(tmp_path, role, review)
    stack(tmp_path, "review", {"terraform": {"backend": {"s3": {}}}})
    assert initialize(tmp_path, review) == ["review/role"]
    assert not (review / ".terraform" / "providers").is_symlink()
