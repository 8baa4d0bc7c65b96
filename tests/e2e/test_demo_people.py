"""The users of the demo connect with ssh to an app that is a process."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from settings import load
from studio.errors import StepFailed
from studio.lifecycle.demo_people import people
from studio_emulator.runtime import running_apps
from studio_emulator.server import Emulator
from tests.commands import write_program
from tests.e2e.connected_studio import SETTINGS
from tests.e2e.small_studio import SmallStudio
from tests.e2e.sshd import sshd_program

EDITOR = """\
import json, os, pathlib, sys
_, _, folder, _, remote = sys.argv
settings = json.loads(pathlib.Path(folder, "User", "settings.json").read_text())
config = settings["remote.SSH.configFile"]
os.execvp("ssh", ["ssh", "-F", config, remote.removeprefix("ssh-remote+")])
"""
"""Connects as VS Code's Remote-SSH does, and runs the commands of standard input."""


def test_alice_connects_to_her_app_and_bob_is_rejected(
    aws: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sshd_program()
    aws.options.update({"apps": "processes"})
    studio = SmallStudio(aws, "alice", "bob")
    policies = {user: studio.client_policy(user) for user in ("alice", "bob")}
    config = tmp_path / "studio.toml"
    config.write_text(SETTINGS)
    for name, value in {**aws.environment(), "STUDIO_CONFIG": str(config)}.items():
        monkeypatch.setenv(name, value)
    shown: list[str] = []
    with people(
        load(config),
        policies=policies,
        folder=tmp_path,
        out=tmp_path / "cdktf.out",
        url=aws.endpoint_url,
        show=shown.append,
    ) as them:
        them.connect("alice")
        them.work("alice")
        them.refuse("bob", owner="alice")
        assert shown[-1].startswith("bob is refused at the space of alice: ")
        assert "1 MB copied there and back, unchanged" in shown
        with pytest.raises(StepFailed, match="alice was not refused at the space of alice"):
            them.refuse("alice", owner="alice")
        editor = write_program(tmp_path / "bin" / "code", f"#!{sys.executable}\n{EDITOR}")
        monkeypatch.setenv("PATH", str(editor.parent), prepend=os.pathsep)
        for command in them.commands("alice"):
            entered = subprocess.run(
                ["sh", "-c", command],
                input="wc -c < file\n",
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
            assert entered.stdout.endswith("1000000\n"), entered.stderr
    assert aws.client("iam").list_users()["Users"] == []
    running_apps.reset()
