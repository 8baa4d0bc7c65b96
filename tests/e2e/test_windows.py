"""The client's commands need nothing that only POSIX has. They have run only on Linux."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from studio.processes.children import captured
from studio_emulator.server import Emulator
from tests.e2e.small_studio import NAME, SmallStudio
from tests.emulator.samples import REGION
from tests.progress import without_progress

_WITHOUT_POSIX = """
import os, select, signal, subprocess, sys
import boto3, psutil, pydantic.main, websocket, zoneinfo  # their Windows releases need no POSIX
for name in ("fcntl", "grp", "pwd", "resource", "termios", "tty"):
    sys.modules[name] = None
for owner, names in (
    (os, ("O_NOCTTY", "fchmod", "fork", "geteuid", "getsid", "getuid", "killpg", "setsid")),
    (select, ("epoll", "poll")),
    (signal, ("SIGALRM", "SIGHUP", "SIGKILL", "setitimer")),
):
    for name in names:
        delattr(owner, name)
"""

# shutil.which looks for ssh.exe there.
_AS_WINDOWS = """
import json, shutil
found = {name: shutil.which(name) for name in ("ssh", "ssh-keygen", "sftp")}
shutil.which = lambda name, *_, **__: found.get(name)
sys.platform = "win32"
from scripts import cli
for words in json.loads(sys.argv[1]):
    print("exit code", cli.main(words), "of", words[0], flush=True)
"""


def without_posix(
    program: str, home: Path, *words: str, aws: Emulator | None = None
) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "HOME": str(home), **(aws.environment() if aws else {})}
    command = [sys.executable, "-c", _WITHOUT_POSIX + program, *words]
    finished = captured(command, env=env, seconds=120)
    assert finished.returncode == 0, finished.stderr
    return finished


@pytest.mark.slow
def test_the_commands_run_without_posix(aws: Emulator, tmp_path: Path) -> None:
    SmallStudio(aws, "alice")
    commands = [["connect", "alice", "--dry-run"], ["status"], ["doctor", "alice"]]
    commands += [["stop", "alice"], ["connect", "nobody"]]
    here = ["--deployment", NAME, "--region", REGION]
    asked = json.dumps([[*words, *here] for words in commands])
    finished = without_posix(_AS_WINDOWS, tmp_path, asked, aws=aws)
    _, status, doctor, *_ = re.split(r"exit code \d of \w+\n", finished.stdout)
    assert re.findall(r"exit code (\d) of (\w+)\n", finished.stdout) == [
        *(("0", words[0]) for words in commands[:-1]),
        ("2", "connect"),
    ]
    assert "would run a command on studio-team-alice" in finished.stderr
    assert 'Include "' in finished.stderr
    assert "alice" in status
    assert "0 fail, 0 could not be checked" in doctor
    assert "nothing runs in space alice" in finished.stdout + finished.stderr
    assert "studio connect: USER = nobody: " in without_progress(finished.stderr).splitlines()[-1]


def test_keys_configuration_and_the_plugin_work_without_posix(tmp_path: Path) -> None:
    plugin = "print('Starting session\\nSSH-2.0\\nSessionId: s : timed out')"
    program = f"""
from pathlib import Path
from studio.connect.plugin import run_plugin
print("ended: " + run_plugin([sys.executable, "-c", {plugin!r}], "s"), file=sys.stderr)
sys.platform = "win32"
import scripts.session_proxy
from studio.connect import key_pair, ssh_config
from studio.connect.ssh_config import HostEntry, SshPaths, Target
paths = SshPaths(deployment="team", user="alice", home=Path.home())
print(key_pair.ensure(paths))
target = Target(id="mi-1", host_key_alias=None)
ssh_config.write(HostEntry(paths=paths, target=target, login="u", proxy=["proxy"]))
print(paths.config.read_text())
assert ssh_config.remove(paths)
assert not paths.folder.exists()
"""
    finished = without_posix(program, tmp_path)
    assert finished.stdout.startswith("SSH-2.0")
    assert "ssh-ed25519 " in finished.stdout
    assert 'studio-team/*.config"' in finished.stdout
    assert finished.stderr == "ended: SessionId: s : timed out\n"
