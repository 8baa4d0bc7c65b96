"""The command that an administrator sends to a user."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from settings import Settings, UserError
from studio.lifecycle.invite import invitation, origin

SETTINGS = Settings.model_validate({"name": "team", "region": "eu-west-1", "users": {"alice": {}}})


def clone(folder: Path, url: str) -> str:
    """A repository with an origin and one commit; the commit."""
    identity = ["-c", "user.name=alice", "-c", "user.email=alice@example.com"]
    for words in (
        ["init", "--quiet"],
        ["remote", "add", "origin", url],
        [*identity, "commit", "--quiet", "--allow-empty", "--message", "first"],
    ):
        subprocess.run(["git", "-C", folder, *words], check=True)
    found = subprocess.run(
        ["git", "-C", folder, "rev-parse", "HEAD"], check=True, capture_output=True, text=True
    )
    return found.stdout.strip()


def test_the_command_installs_and_connects() -> None:
    assert invitation(SETTINGS, "alice", source="https://example.com/a b.whl") == (
        "uv tool install 'https://example.com/a b.whl' && "
        "studio connect alice --deployment team --region eu-west-1"
    )
    with pytest.raises(UserError, match="USER = carol: a user of studio"):
        invitation(SETTINGS, "carol", source="x")


@pytest.mark.parametrize(
    ("url", "installed"),
    [
        ("https://example.com/team/studio.git", "https://example.com/team/studio.git"),
        ("git@example.com:team/studio.git", "ssh://git@example.com/team/studio.git"),
    ],
)
def test_the_source_is_the_origin_of_the_clone(tmp_path: Path, url: str, installed: str) -> None:
    commit = clone(tmp_path, url)
    pushed = ["update-ref", "refs/remotes/origin/main", commit]
    subprocess.run(["git", "-C", tmp_path, *pushed], check=True)
    assert origin(tmp_path) == f"git+{installed}@{commit}"


def test_a_commit_that_is_not_pushed_is_refused(tmp_path: Path) -> None:
    commit = clone(tmp_path, "https://example.com/team/studio.git")
    with pytest.raises(UserError, match=f"{commit}: origin does not have this commit; push it"):
        origin(tmp_path)


def test_an_origin_on_this_machine_is_an_error(tmp_path: Path) -> None:
    clone(tmp_path, "/srv/studio")
    with pytest.raises(UserError, match=r"^origin = /srv/studio: .* name --from SOURCE$"):
        origin(tmp_path)


def test_without_a_clone_a_source_is_needed(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="name --from SOURCE"):
        origin(tmp_path)
