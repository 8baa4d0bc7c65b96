"""`terraform init` runs again only if its inputs have changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.terraform.shared_provider import REATTACH
from tests.studio.terraform.initializing import PACKAGE, Command, stack


def test_the_next_command_does_not_initialize_again(tmp_path: Path, initialize: Command) -> None:
    role = stack(tmp_path)
    assert initialize(role) == ["stacks/role"]
    assert initialize(role) == []


def test_the_folder_of_a_plan_uses_the_files_of_the_stack(
    tmp_path: Path, initialize: Command
) -> None:
    role, review = stack(tmp_path), stack(tmp_path, "review")
    assert initialize(role, review) == ["stacks/role"]
    assert (review / ".terraform" / "providers" / PACKAGE).is_dir()
    assert (review / ".terraform.lock.hcl").is_file()


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
