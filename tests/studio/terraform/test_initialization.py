"""`terraform init` runs once, again if its inputs have changed, and installs the provider once."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from studio.terraform.initialization import Initialization
from studio.terraform.runner import Terraform
from studio.terraform.shared_provider import REATTACH
from studio.terraform.state.folder import Folder

PACKAGE = Path("registry.terraform.io", "hashicorp", "aws", "5.100.0", "linux_amd64")
BACKEND = {"terraform": {"backend": {"local": {"path": "../../../terraform.role.tfstate"}}}}
IN_STATE = "another provider"
Command = Callable[..., list[str]]


def stack(
    folder: Path, parent: str = "stacks", document: object = BACKEND, *, name: str = "role"
) -> Path:
    found = folder / "cdktf.out" / parent / name
    found.mkdir(parents=True, exist_ok=True)
    (found / "cdk.tf.json").write_text(json.dumps(document))
    return found


@pytest.fixture
def initialize(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """A command; returns the folders in which it installs the provider, a link to a mirror."""
    monkeypatch.delenv(REATTACH, raising=False)
    mirror, found = tmp_path / "mirror", list[str]()
    mirror.mkdir()
    (mirror / "terraform-provider-aws").touch()

    def init(_: Terraform, folder: Path, words: Sequence[str], provider: object = None) -> None:
        data = folder / ".terraform"
        data.mkdir(exist_ok=True)
        (data / "terraform.tfstate").write_text("{}")
        if provider is not None:
            assert "-lockfile=readonly" not in words
            if (folder / IN_STATE).exists():
                (data / "providers").mkdir()
            return
        installed = data / "providers" / PACKAGE
        installed.parent.mkdir(parents=True, exist_ok=True)
        installed.unlink(missing_ok=True)
        installed.symlink_to(mirror)
        (folder / ".terraform.lock.hcl").write_text("")
        found.append(f"{folder.parent.name}/{folder.name}")

    def command(*folders: Path, flags: Sequence[str] = ()) -> list[str]:
        found.clear()
        runner = Terraform(log=tmp_path / "log", store=Folder(tmp_path), report=lambda _: None)
        initialization = Initialization(out=tmp_path / "cdktf.out", runner=runner)
        for folder in folders:
            initialization.run(folder, *flags)
        return list(found)

    monkeypatch.setattr(Terraform, "run", init)
    return command


@pytest.mark.parametrize(("parent", "name"), [("review", "role"), ("stacks", "network")])
def test_the_provider_is_linked_into_the_folder_of_a_plan_and_of_another_stack(
    tmp_path: Path, initialize: Command, parent: str, name: str
) -> None:
    role, other = stack(tmp_path), stack(tmp_path, parent, name=name)
    assert initialize(role, other) == ["stacks/role"]
    assert (other / ".terraform" / "providers" / PACKAGE).is_dir()
    assert (other / ".terraform.lock.hcl").is_file()
    assert initialize(other) == []


@pytest.mark.parametrize("change", ["backend", "provider", "mirror", "running", "lock"])
def test_a_changed_input_is_initialized_again(
    change: str, tmp_path: Path, initialize: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    role = stack(tmp_path)
    initialize(role)
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
    assert initialize(role) == ["stacks/role"]


def test_a_run_with_a_reattached_provider_counts_only_with_it(
    tmp_path: Path, initialize: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    role, review = stack(tmp_path), stack(tmp_path, "review")
    monkeypatch.setenv(REATTACH, "{}")
    assert initialize(role, review) == ["stacks/role"]
    assert initialize(role, review) == []
    monkeypatch.delenv(REATTACH)
    assert initialize(role) == ["stacks/role"]


def test_a_new_provider_is_not_installed_into_a_linked_folder(
    tmp_path: Path, initialize: Command
) -> None:
    role, review = stack(tmp_path), stack(tmp_path, "review")
    initialize(role, review)
    stack(tmp_path, "review", {"terraform": {"backend": {"s3": {}}}})
    assert initialize(review) == ["review/role"]
    assert not (review / ".terraform" / "providers").is_symlink()


@pytest.mark.parametrize("other", ["another version", "a module", IN_STATE, "a saved plan"])
def test_a_stack_that_needs_other_providers_installs_its_own(
    tmp_path: Path, initialize: Command, other: str
) -> None:
    document: dict[str, dict[str, object]] = json.loads(json.dumps(BACKEND))
    match other:
        case "another version":
            document["terraform"]["required_providers"] = {"aws": {"version": "6.0.0"}}
        case "a module":
            document["module"] = {"theirs": {"source": "./theirs"}}
    role, network = stack(tmp_path), stack(tmp_path, document=document, name="network")
    if other == IN_STATE:
        (network / IN_STATE).touch()
    flags = ["-lockfile=readonly"] if other == "a saved plan" else []
    assert initialize(role, network, flags=flags) == ["stacks/role", "stacks/network"]
