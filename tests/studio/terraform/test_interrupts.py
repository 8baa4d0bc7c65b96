"""Interrupts end Terraform and its providers."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from scripts import driver
from settings.paths import PROJECT
from studio.aws.waiting import moments
from tests.studio.processes.running import runs

TERRAFORM = """\
#!{python} -IS
import os, pathlib, signal, subprocess, sys, time
stack = pathlib.Path.cwd()
if sys.argv[1] == "import":
    (stack / "imported").touch()
    sys.exit(0)
signal.signal(signal.SIGINT, signal.SIG_IGN)
provider = "import signal, time; signal.signal(signal.SIGINT, signal.SIG_IGN); time.sleep(600)"
started = subprocess.Popen([sys.executable, "-IS", "-c", provider])
(stack / "draft").write_text(f"{{os.getpid()}} {{started.pid}}")
(stack / "draft").rename(stack / "pids")
time.sleep(600)
"""
"""It waits for AWS and ignores SIGINT, and so does its provider."""

STUDIO = """\
import sys
from functools import partial
from pathlib import Path
from scripts import driver
from studio.processes import interrupts
from studio.processes.parallel import run_graph
from studio.terraform.runner import Terraform
from studio.terraform.state.folder import Folder
from studio.toolchain import toolbox

folder = Path(sys.argv[1])
chosen = toolbox.Toolbox(terraform=str(folder / "terraform"), cli_config=None)
toolbox.Toolbox.load = classmethod(lambda cls: chosen)
terraform = Terraform(
    log=folder / "studio.log", store=Folder(folder), report=print
)

def plan(stack):
    try:
        terraform.run(folder / stack, ["plan"])
    finally:
        terraform.run(folder / stack, ["import"])

def work():
    run_graph({stack: partial(plan, stack) for stack in ("network", "role")})
    return 0

interrupts.install()
sys.exit(driver.run("studio up", work))
"""


@pytest.mark.slow
@pytest.mark.parametrize("signals", [2, 10])
def test_several_interrupts_end_every_process_and_start_none(tmp_path: Path, signals: int) -> None:
    program = tmp_path / "terraform"
    program.write_text(TERRAFORM.format(python=sys.executable))
    program.chmod(stat.S_IRWXU)
    stacks = [tmp_path / "network", tmp_path / "role"]
    for stack in stacks:
        stack.mkdir()
    studio = subprocess.Popen(
        [sys.executable, "-c", STUDIO, str(tmp_path)],
        cwd=PROJECT,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    for passed in moments(60):
        if all((stack / "pids").exists() for stack in stacks):
            break
        assert passed < 60
    for _ in range(signals):
        os.kill(studio.pid, signal.SIGINT)
        # The system merges pending signals.
        time.sleep(0.03)
    _, printed = studio.communicate(timeout=120)
    pids = [int(pid) for stack in stacks for pid in (stack / "pids").read_text().split()]
    assert [pid for pid in pids if runs(pid)] == []
    assert printed == "studio up: interrupted; run it again to continue\n"
    # The last signals may arrive while Python exits.
    assert studio.returncode in (driver.INTERRUPTED, -signal.SIGINT)
    assert not any((stack / "imported").exists() for stack in stacks)


BETWEEN = """\
import signal, subprocess, sys
from scripts import cli
from studio.processes import children

start = subprocess.Popen._execute_child

def start_and_interrupt(self, *words):
    start(self, *words)
    print(self.pid, flush=True)
    signal.raise_signal(getattr(signal, sys.argv[1]))

def run(args, settings):
    subprocess.Popen._execute_child = start_and_interrupt
    children.captured(["sleep", "600"], seconds=600)
    return 0

import scripts.status
scripts.status.run = run
sys.exit(cli.main(["status"]))
"""
"""The signal arrives before `Popen` has returned."""


@pytest.mark.slow
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_ends_a_child_that_is_starting(tmp_path: Path, name: str) -> None:
    settings = tmp_path / "studio.toml"
    settings.write_text("[users.alice]\n")
    done = subprocess.run(
        [sys.executable, "-c", BETWEEN, name],
        env={**os.environ, "STUDIO_CONFIG": str(settings), "PYTHONPATH": str(PROJECT)},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=120,
        preexec_fn=partial(signal.signal, getattr(signal, name), signal.SIG_DFL),
        check=False,
    )
    pid = int(done.stdout)
    assert not runs(pid)
    assert done.returncode == driver.INTERRUPTED
    *_, last = done.stderr.splitlines()
    assert last == "studio status: interrupted; run it again to continue"
