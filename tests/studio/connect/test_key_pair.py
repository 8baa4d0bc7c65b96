"""The key pair of a user: created once, and named by its public key."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from settings import UserError
from studio.connect import key_pair
from studio.connect.ssh_config import SshPaths


def test_a_key_pair_is_created_once(alice: SshPaths) -> None:
    public = key_pair.ensure(alice)
    kind, _, comment = public.split()
    assert (kind, comment) == ("ssh-ed25519", "studio-team-alice")
    assert alice.ssh.stat().st_mode & 0o077 == 0
    alice.public_key.write_text("of another key")
    assert key_pair.ensure(alice) == public


def test_runs_at_the_same_time_create_one_key_pair(alice: SshPaths) -> None:
    with ThreadPoolExecutor(8) as runs:
        assert len(set(runs.map(key_pair.ensure, [alice] * 8))) == 1


def test_a_key_is_named_by_its_key_alone() -> None:
    names = {key_pair.name(f"ssh-ed25519 {blob}") for blob in ("AAA alice@desk", "AAA", "AAB")}
    assert len(names) == 2
    assert {len(name) for name in names} == {len("studio-0123456789abcdef.pub")}


def test_an_unreadable_key_is_one_line_with_the_fix(alice: SshPaths) -> None:
    """As an interrupted ssh-keygen leaves it."""
    key_pair.ensure(alice)
    alice.key.write_bytes(alice.key.read_bytes()[:99])
    # ssh-keygen warns about the mode before it names the reason.
    alice.key.chmod(0o644)
    with pytest.raises(UserError, match=r"^ssh-keygen failed: (?!@)[^\\]*; delete ") as failed:
        key_pair.ensure(alice)
    assert "\n" not in str(failed.value)
    assert str(failed.value).endswith(f"; delete {alice.key}, then connect again")
    alice.key.unlink()
    key_pair.ensure(alice)


def test_a_missing_ssh_keygen_is_an_error(
    alice: SshPaths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UserError, match=r"ssh-keygen does not run: .*No such file"):
        key_pair.ensure(alice)
