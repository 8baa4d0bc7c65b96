"""The command that an administrator sends to a user."""

import os
from pathlib import Path

import pytest

from settings import Settings, UserError
from studio.lifecycle.invite import invitation, origin
from tests.commands import output_of

SETTINGS = Settings.model_validate({"name": "team", "region": "eu-west-1", "users": {"alice": {}}})
IDENTITY = ("-c", "user.name=alice", "-c", "user.email=alice@example.com")


def git(folder: Path, *words: str | Path) -> str:
    return output_of(["git", "-C", folder, *IDENTITY, *words], env=os.environ).strip()


def clone(folder: Path, url: str) -> str:
    """A repository with an origin and one commit; the commit."""
    git(folder, "init", "--quiet")
    git(folder, "remote", "add", "origin", url)
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "first")
    return git(folder, "rev-parse", "HEAD")


def over_ssh(monkeypatch: pytest.MonkeyPatch, folder: Path, command: str) -> None:
    """Let git run this shell command for ssh; its last argument is the remote command."""
    (folder / "ssh").write_text(f"#!/bin/sh\nfor remote; do :; done\n{command}\n")
    (folder / "ssh").chmod(0o755)
    monkeypatch.setenv("GIT_SSH", str(folder / "ssh"))


def test_the_command_installs_and_connects() -> None:
    assert invitation(SETTINGS, "alice", source="/srv/a b.whl") == (
        "uv tool install '/srv/a b.whl' && "
        "studio connect alice --deployment team --region eu-west-1"
    )
    with pytest.raises(UserError, match="USER = carol: a user of studio"):
        invitation(SETTINGS, "carol", source="x")


@pytest.mark.parametrize(
    ("url", "installed"),
    [
        ("https://example.com/team/studio.git", "https://example.com/team/studio.git"),
        ("https://ci:secret@example.com/studio.git", "https://example.com/studio.git"),
        ("git@example.com:team/studio.git", "ssh://git@example.com/team/studio.git"),
    ],
)
def test_the_source_is_the_origin_of_the_clone(tmp_path: Path, url: str, installed: str) -> None:
    commit = clone(tmp_path, url)
    git(tmp_path, "update-ref", "refs/remotes/origin/main", commit)
    assert origin(tmp_path) == f"git+{installed}@{commit}"


def test_a_commit_that_is_not_pushed_is_refused(tmp_path: Path) -> None:
    commit = clone(tmp_path, "https://example.com/team/studio.git")
    with pytest.raises(UserError, match=f"{commit}: origin does not have this commit; push it"):
        origin(tmp_path)


@pytest.mark.parametrize("annotated", [False, True])
def test_a_tag_is_pushed_only_if_origin_has_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, annotated: bool
) -> None:
    over_ssh(monkeypatch, tmp_path, 'eval "$remote"')
    remote, local = tmp_path / "remote", tmp_path / "local"
    local.mkdir()
    url = f"ssh://git@example.com{remote}"
    commit = clone(local, url)
    git(tmp_path, "init", "--quiet", "--bare", remote)
    git(local, "tag", *(["--annotate", "--message", "1"] if annotated else []), "v1")
    with pytest.raises(UserError, match=f"{commit}: origin does not have this commit; push it"):
        origin(local)
    git(local, "push", "--quiet", remote, "v1")
    assert origin(local) == f"git+{url}@{commit}"
    # GitHub's checkout action makes a tag of the commit of an annotated one.
    git(local, "tag", "--force", "v1", commit)
    assert origin(local) == f"git+{url}@{commit}"


def test_a_tag_is_looked_up_without_a_question(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clone(tmp_path, "git@example.com:team/studio.git")
    git(tmp_path, "tag", "v1")
    over_ssh(monkeypatch, tmp_path, 'echo "asks: $GIT_TERMINAL_PROMPT" >&2; exit 1')
    with pytest.raises(UserError, match=r"`git ls-remote` failed: asks: 0 .*; name --from SOURCE$"):
        origin(tmp_path)


def test_an_origin_on_this_machine_is_an_error(tmp_path: Path) -> None:
    clone(tmp_path, "/srv/studio")
    with pytest.raises(UserError, match=r"^origin = /srv/studio: .* name --from SOURCE$"):
        origin(tmp_path)


def test_without_a_clone_a_source_is_needed(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="name --from SOURCE"):
        origin(tmp_path)
