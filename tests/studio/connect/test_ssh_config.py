"""ssh reads what `studio connect` writes under ~/.ssh; other content does not change."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settings import UserError
from studio.connect import editors, key_pair, ssh_config
from studio.connect.ssh_config import HostEntry, SshPaths, Target

ARN = "arn:aws:sagemaker:us-east-1:123456789012:space/d-abc/Alice"

LINE = b'Include "/home/alice/.ssh/studio-team/*.config"'
CONFIGS = st.lists(
    st.sampled_from(
        [b"Host *", b"\tMatch all", b"  User x", LINE, b" " + LINE + b"\r", b"# \xff\x00", b""]
    )
    | st.binary(max_size=20),
    max_size=8,
).map(b"\n".join)


def paths(home: Path, user: str = "alice", deployment: str = "team") -> SshPaths:
    return SshPaths(deployment=deployment, user=user, home=home)


def entry(where: SshPaths, *proxy: str) -> HostEntry:
    return HostEntry(
        paths=where,
        target=Target(id=ARN, host_key_alias="pinned"),
        login="sagemaker-user",
        proxy=proxy or ("proxy",),
    )


def options(where: SshPaths, host: str | None = None) -> dict[str, str]:
    """The options that ssh reads for the host."""
    finished = subprocess.run(
        ["ssh", "-F", where.config, "-G", host or where.host],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    pairs = (line.partition(" ") for line in finished.stdout.splitlines())
    return {key: value for key, _, value in pairs}


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


@pytest.mark.parametrize("name", ["home", "a home of mine", "[x]*?", "o'hara", "größe"])
def test_ssh_reads_the_entry_below_any_home(tmp_path: Path, name: str) -> None:
    where = paths(tmp_path / name)
    proxy = ("/o'hara's/100%/python", "-m", "x y", ARN)
    ssh_config.write(entry(where, *proxy))
    found = options(where)
    assert found["hostname"] == ARN
    assert found["user"] == "sagemaker-user"
    assert found["identityfile"] == str(where.key)
    assert found["userknownhostsfile"].strip('"') == str(where.known_hosts)
    assert found["hostkeyalias"] == "pinned"
    assert found["stricthostkeychecking"] == "true"
    assert "100%%/python" in found["proxycommand"]  # ssh expands %-tokens only when it connects
    command = found["proxycommand"].replace("%%", "%")
    shell = ["sh", "-c", f"printf '%s\\n' {command}"]
    assert subprocess.check_output(shell, text=True).splitlines() == list(proxy)
    assert options(where, "example.org")["hostname"] == "example.org"


def test_an_authenticated_target_needs_no_host_key(tmp_path: Path) -> None:
    where = paths(tmp_path)
    target = Target(id=ARN, host_key_alias=None)
    ssh_config.write(HostEntry(paths=where, target=target, login="u", proxy=["proxy"]))
    found = options(where)
    assert found["userknownhostsfile"] == "/dev/null"
    assert found["stricthostkeychecking"] == "accept-new"


@pytest.mark.parametrize("name", ['a"b', "a\\b", "100%", "a$b", "a\nb", "\x07"])
def test_a_home_that_ssh_cannot_quote_is_rejected(tmp_path: Path, name: str) -> None:
    with pytest.raises(UserError, match="HOME = ") as caught:
        paths(tmp_path / name)
    assert "\n" not in str(caught.value)
    with pytest.raises(UserError, match="HOME = "):
        paths(Path("relative"))


@pytest.mark.parametrize("user", ["../alice", "", "a/b", "a b", "-a", "a\n", "*", f"a{'-' * 62}b"])
def test_an_invalid_user_is_rejected(tmp_path: Path, user: str) -> None:
    with pytest.raises(UserError, match="USER = "):
        paths(tmp_path, user)


def test_only_the_owner_can_read_the_files(tmp_path: Path) -> None:
    where = paths(tmp_path)
    previous = os.umask(0)
    try:
        ssh_config.write(entry(where))
    finally:
        os.umask(previous)
    assert [mode(path) for path in (where.ssh, where.folder)] == [0o700, 0o700]
    assert [mode(path) for path in (where.config, where.entry)] == [0o600, 0o600]


def test_an_existing_config_keeps_its_mode_and_its_link(tmp_path: Path) -> None:
    where = paths(tmp_path)
    dotfiles = tmp_path / "dotfiles" / "ssh"
    dotfiles.parent.mkdir()
    dotfiles.write_text("Host *\n  User other\n")
    dotfiles.chmod(0o640)
    where.ssh.mkdir()
    where.config.symlink_to(dotfiles)
    ssh_config.write(entry(where))
    assert where.config.is_symlink()
    assert mode(dotfiles) == 0o640
    assert options(where)["user"] == "sagemaker-user"
    ssh_config.remove(where)
    assert dotfiles.read_text() == "Host *\n  User other\n"
    assert {path.name for path in dotfiles.parent.iterdir()} == {"ssh"}


@pytest.mark.parametrize("before", [None, b"", b"Host a\n  User b", b"# \xff\r\nHost *\r\n"])
def test_the_last_removal_restores_the_config(tmp_path: Path, before: bytes | None) -> None:
    alice, bob = paths(tmp_path), paths(tmp_path, "bob")
    alice.ssh.mkdir()
    if before is not None:
        alice.config.write_bytes(before)
    ssh_config.write(entry(alice))
    once = alice.config.read_bytes()
    ssh_config.write(entry(alice))
    ssh_config.write(entry(bob))
    assert alice.config.read_bytes() == once
    assert ssh_config.remove(alice)
    assert options(bob)["hostname"] == ARN
    assert options(alice)["hostname"] == alice.host
    assert ssh_config.remove(bob)
    assert alice.config.read_bytes() == (before or b"")
    assert not alice.folder.exists()
    assert not ssh_config.remove(bob)


def test_other_files_of_the_folder_are_not_removed(tmp_path: Path) -> None:
    where = paths(tmp_path)
    ssh_config.write(entry(where))
    (where.folder / "notes").write_text("mine")
    ssh_config.remove(where)
    assert [path.name for path in where.folder.iterdir()] == ["notes"]


def test_removing_without_a_folder_creates_nothing(tmp_path: Path) -> None:
    assert not ssh_config.remove(paths(tmp_path))
    assert list(tmp_path.iterdir()) == []


@given(CONFIGS)
def test_the_include_line_comes_first_and_can_be_removed(config: bytes) -> None:
    after = ssh_config.included(config, LINE)
    assert ssh_config.included(after, LINE) == after
    lines = [line.strip() for line in after.split(b"\n")]
    blocks = [n for n, line in enumerate(lines) if line.startswith((b"Host", b"Match"))]
    assert lines.index(LINE) < min(blocks, default=len(lines))
    others = [line for line in config.split(b"\n") if line.strip() != LINE]
    kept = [line for line in ssh_config.without(after, LINE).split(b"\n") if line.strip() != LINE]
    assert kept in (others, others or [b""])
    if LINE not in config:
        assert ssh_config.without(after, LINE) == config


def a_file(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("no key")
    path.chmod(0o644)


def a_folder(path: Path) -> None:
    path.mkdir(parents=True)


def write_entry(where: SshPaths) -> None:
    ssh_config.write(entry(where))


@pytest.mark.parametrize(
    ("make", "path", "action", "message"),
    [
        (a_file, "ssh", write_entry, r"/\.ssh: expected a folder, found a file"),
        (a_folder, "config", write_entry, "config: cannot be read: Is a directory"),
        (a_file, "ssh", key_pair.ensure, r"/\.ssh: expected a folder, found a file"),
        (a_file, "folder", key_pair.ensure, r"/studio-team: expected a folder, found a file"),
        (a_folder, "entry", write_entry, r"alice\.config: cannot be written"),
        (a_folder, "entry", ssh_config.remove, r"alice\.config: cannot be removed"),
        (a_file, "key", key_pair.ensure, r"^ssh-keygen failed: (?!@)[^\\]*$"),
        (
            a_file,
            "ssh",
            lambda w: editors.add_settings(
                w.ssh / "User" / "settings.json", host=w.host, login="u", report=print
            ),
            r"/\.ssh/User: cannot be created|settings\.json: cannot be read",
        ),
    ],
)
def test_a_file_in_the_way_is_an_error(
    tmp_path: Path,
    make: Callable[[Path], None],
    path: str,
    action: Callable[[SshPaths], object],
    message: str,
) -> None:
    where = paths(tmp_path / "home")
    make(getattr(where, path))
    with pytest.raises(UserError, match=message):
        action(where)


def test_a_missing_ssh_keygen_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UserError, match=r"ssh-keygen does not run: .*No such file"):
        key_pair.ensure(paths(tmp_path))
