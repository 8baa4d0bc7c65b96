"""ssh reads what `studio connect` writes under ~/.ssh; other content does not change."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path, PureWindowsPath
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settings import UserError
from studio.aws import sessions
from studio.connect import files, ssh_config
from studio.connect.ssh_config import HostEntry, SshPaths, Target
from studio.errors import StepFailed
from tests.commands import output_of

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
    shown = output_of(["ssh", "-F", where.config, "-G", host or where.host], env=os.environ)
    pairs = (line.partition(" ") for line in shown.splitlines())
    return {key: value for key, _, value in pairs}


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


def test_an_authenticated_target_needs_no_host_key(alice: SshPaths) -> None:
    target = Target(id=ARN, host_key_alias=None)
    ssh_config.write(HostEntry(paths=alice, target=target, login="u", proxy=["proxy"]))
    found = options(alice)
    assert found["userknownhostsfile"] == "/dev/null"
    assert found["stricthostkeychecking"] == "accept-new"


def test_by_keep_alive_ssh_notices_an_ended_session_within_a_minute(alice: SshPaths) -> None:
    ssh_config.write(entry(alice))
    found = options(alice)
    assert (found["serveraliveinterval"], found["serveralivecountmax"]) == ("15", "4")


def test_the_entry_precedes_the_options_of_other_hosts(alice: SshPaths) -> None:
    """A ControlPath with %h, the ARN, is too long for a socket; one with %n may be that of another
    app. With a RemoteCommand, ssh refuses the commands of VS Code, rsync and this project.
    """
    alice.ssh.mkdir()
    alice.config.write_text(
        "Host *\n  ConnectTimeout 5\n  ControlMaster auto\n  ControlPath ~/.ssh/%r@%h:%p\n"
        "  RemoteCommand tmux new -A\n  RequestTTY force\n"
    )
    ssh_config.write(entry(alice))
    found = options(alice)
    assert int(found["connecttimeout"]) > sessions.REGISTRATION_SECONDS
    assert found.get("controlpath", "none") == "none"
    assert found.get("remotecommand", "none") == "none"
    assert found["requesttty"] == "auto"


def test_the_host_keys_of_a_node_are_pinned(alice: SshPaths) -> None:
    alice.folder.mkdir(parents=True)
    target = Target(id=ARN, host_key_alias="pinned")
    keys = ["ssh-ed25519 AAAAC3Nz", "ecdsa-sha2-nistp256 AAAAE2Vj=", "ssh-rsa AAAAB3Nz"]
    printed = f"{keys[0]} root@node\nno key\n{keys[1]} root@node\n{keys[2]}\n"
    ssh_config.pin(target, paths=alice, printed=printed)
    assert alice.known_hosts.read_text() == "".join(f"pinned {key}\n" for key in keys)
    with pytest.raises(StepFailed, match="the node has no host keys: run ssh-keygen -A"):
        ssh_config.pin(target, paths=alice, printed="no key\n")


@pytest.mark.parametrize(
    "home",
    [
        *map(Path, ['/a"b', "/a\\b", "/100%", "/a$b", "/a\nb", "/\x07", "relative"]),
        *map(PureWindowsPath, [r"C:\100%", "C:\\a$b", r"relative\home"]),
    ],
)
def test_a_home_that_ssh_cannot_quote_is_rejected(home: Path) -> None:
    with pytest.raises(
        UserError, match=r"HOME = .*configuration cannot name this folder"
    ) as caught:
        paths(home)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("user", ["../alice", "", "a/b", "a b", "-a", "a\n", "*", f"a{'-' * 62}b"])
def test_an_invalid_user_is_rejected(tmp_path: Path, user: str) -> None:
    paths(tmp_path, "a" * 63)
    with pytest.raises(UserError, match="USER = "):
        paths(tmp_path, user)


@pytest.mark.usefixtures("no_umask")
def test_only_the_owner_can_read_the_files(alice: SshPaths) -> None:
    ssh_config.write(entry(alice))
    written = (alice.ssh, alice.folder, alice.config, alice.entry)
    assert [path.stat().st_mode & 0o777 for path in written] == [0o700, 0o700, 0o600, 0o600]


@pytest.mark.parametrize("before", [None, b"", b"Host a\n  User b", b"# \xff\r\nHost *\r\n"])
def test_the_last_removal_restores_the_config(tmp_path: Path, before: bytes | None) -> None:
    alice, bob = paths(tmp_path), paths(tmp_path, "bob")
    alice.ssh.mkdir()
    if before is not None:
        alice.config.write_bytes(before)
    assert os.fsdecode(ssh_config.include_line(alice)) in ssh_config.added(alice)
    ssh_config.write(entry(alice))
    assert ssh_config.added(bob) == ""
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


def test_the_config_is_locked_while_it_changes(
    alice: SshPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice.ssh.mkdir()
    read, folder = files.read, os.open(alice.ssh, os.O_RDONLY)

    def read_locked(path: Path) -> bytes:
        with pytest.raises(BlockingIOError):
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return read(path)

    monkeypatch.setattr(files, "read", read_locked)
    ssh_config.write(entry(alice))
    assert ssh_config.remove(alice)
    os.close(folder)


@pytest.mark.parametrize(
    ("region", "account", "problem"),
    [
        ("us-east-1", "123456789012", None),
        ("us-east-1", None, None),
        ("us-east-1", "210987654321", "in account 123456789012, not 210987654321"),
        ("eu-west-1", "123456789012", "in us-east-1, not eu-west-1"),
        ("eu-west-1", None, "in us-east-1, not eu-west-1"),
    ],
)
def test_an_entry_for_another_region_or_account_is_refused(
    alice: SshPaths, region: str, account: str | None, problem: str | None
) -> None:
    ssh_config.require_own(alice, region=region, account=account)
    ssh_config.write(entry(alice, "proxy", ARN, "--region", "us-east-1", "--user", "alice"))
    if problem is None:
        ssh_config.require_own(alice, region=region, account=account)
        return
    with pytest.raises(UserError, match=f"^studio-team-alice connects to .* {problem}") as refused:
        ssh_config.require_own(alice, region=region, account=account)
    command = "`studio connect alice --deployment team --region us-east-1 --remove`"
    assert command in str(refused.value)


def test_what_cannot_be_written_is_reported_before_a_removal(
    alice: SshPaths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dotfiles = tmp_path / "dotfiles"
    dotfiles.mkdir()
    alice.ssh.mkdir()
    alice.config.symlink_to(dotfiles / "config")
    ssh_config.write(entry(alice))
    ssh_config.write(entry(paths(tmp_path, "bob")))
    access = os.access
    monkeypatch.setattr(os, "access", lambda path, how: path != dotfiles and access(path, how))
    assert ssh_config.remove(paths(tmp_path, "bob"))  # alice's entry needs the Include line
    for dry_run in (True, False):
        with pytest.raises(UserError, match=f"{dotfiles}: cannot be written"):
            ssh_config.remove(alice, dry_run=dry_run)
    assert alice.entry.exists()


def test_a_config_that_cannot_be_written_needs_the_include_line(
    alice: SshPaths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A configuration manager, such as that of NixOS, links the file to a read-only folder."""
    store = tmp_path / "store"
    store.mkdir()
    alice.ssh.mkdir()
    alice.config.symlink_to(store / "config")
    access = os.access
    monkeypatch.setattr(os, "access", lambda path, how: path != store and access(path, how))
    line = os.fsdecode(ssh_config.include_line(alice))
    with pytest.raises(UserError) as refused:
        ssh_config.require_writable(alice)
    expected = f"{store}: cannot be written; add this line at the top of {alice.config}: {line}"
    assert str(refused.value) == expected
    alice.config.write_text(f"{line}\n")
    ssh_config.require_writable(alice)


def test_a_failure_to_change_the_config_keeps_the_entry(
    alice: SshPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    ssh_config.write(entry(alice))

    def fail(path: Path, _: bytes) -> None:
        raise UserError(f"{path}: cannot be written")

    monkeypatch.setattr(files, "write", fail)
    with pytest.raises(UserError, match="config: cannot be written"):
        ssh_config.remove(alice)
    assert alice.entry.exists()


def test_other_files_of_the_folder_are_not_removed(alice: SshPaths) -> None:
    ssh_config.write(entry(alice))
    (alice.folder / "notes").write_text("mine")
    ssh_config.remove(alice)
    assert [path.name for path in alice.folder.iterdir()] == ["notes"]


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


def test_the_entry_is_quoted_for_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    where = paths(cast(Any, PureWindowsPath(r"C:\Users\Alice Smith")))
    python = r"C:\Program Files\studio\python.exe"
    written = entry(where, python, "-P", "-m", "scripts.session_proxy", "arn:aws:x")
    lines = [line.strip() for line in written.text().splitlines()]
    folder = "C:/Users/Alice Smith/.ssh/studio-team"
    assert f'IdentityFile "{folder}/alice.key"' in lines
    assert f'UserKnownHostsFile "{folder}/alice.known_hosts"' in lines
    assert ssh_config.include_line(where) == f'Include "{folder}/*.config"'.encode()
    assert f'ProxyCommand "{python}" -P -m scripts.session_proxy arn:aws:x' in lines
