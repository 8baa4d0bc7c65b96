"""`studio up` and `studio down` run again after SIGINT or SIGKILL, while AWS throttles."""

import re
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from subprocess import Popen

import psutil

from studio.aws.waiting import moments
from tests.e2e.deployments import SECONDS, Studio

ONCE = {"ec2 vpc": 1, "sagemaker domain": 1, "efs file-system": 1}
LONGEST_LINE = 400
"""The maximum length of an error, which may quote a policy."""
STORM = {"seed": 3, "rate": 0.05, "kinds": ["throttle", "error"], "most": 500}


def test_up_and_down_continue_after_an_interrupt(studio: Callable[..., Studio]) -> None:
    it = studio()
    it.configure(users=["alice"], image=False)
    process = it.start("studio", "up", "--yes", "--out", str(it.out))
    it.wait_for(r"aws_vpc_endpoint\S* .*Creating\.\.\.", process)
    process.send_signal(signal.SIGINT)
    assert_interrupted(it, process, "up")

    it.aws.ask("faults", STORM)
    assert max(map(len, it.up().splitlines())) < LONGEST_LINE
    assert_struck(it)
    it.assert_nothing_to_do()
    assert counted(it) == ONCE

    process = it.start("studio", "down", "--yes", "--out", str(it.out))
    it.wait_for(r"aws_vpc_endpoint\S* .*Destroying\.\.\.", process)
    process.send_signal(signal.SIGINT)
    assert_interrupted(it, process, "down")

    it.aws.ask("faults", STORM)
    it.down()
    assert_struck(it)
    assert it.aws.inventory() == []


def test_another_machine_continues_after_a_kill(studio: Callable[..., Studio]) -> None:
    it = studio("hang=domain")
    it.configure(users=["alice"], image=False, more={"state": 'bucket = "team-state"'})
    it.run("studio", "state", "init")
    process = it.start("studio", "up", "--yes", "--out", str(it.out))
    it.wait_for(r"aws_sagemaker_domain\S* .*Creating\.\.\.", process)

    other = Studio(folder=it.folder.with_name("other-checkout"), aws=it.aws)
    shutil.copytree(it.folder / "image", other.folder / "image")
    shutil.copy(it.folder / "studio.toml", other.folder)
    held = r"domain: locked by \S+@\S+ since [0-9-]+ [0-9:]+ UTC \(apply\)"
    refused = other.up(code=1)
    assert re.search(held, refused.splitlines()[-1])
    refused = other.cdktf("deploy", "domain", "--auto-approve", code=1)
    assert re.search(held, refused)
    assert len(refused.splitlines()) == 1

    kill(process)
    it.aws.ask("settings", {"hang": []})
    assert re.search(held, other.up(code=1))
    assert "unlocked" in other.studio("state", "unlock", "--yes")
    assert "which an interrupted run created" in other.up()
    other.assert_nothing_to_do()
    assert counted(other) == ONCE

    it.aws.ask("settings", {"hang": ["domain"]})
    process = other.start("studio", "down", "--yes", "--out", str(other.out))
    for passed in moments(SECONDS):
        if ("domain", "Deleting") in [(one["type"], one["note"]) for one in it.aws.inventory()]:
            break
        assert passed < SECONDS
        assert process.poll() is None
    kill(process)
    it.aws.ask("settings", {"hang": []})
    other.down()
    assert [(item["type"], item["name"]) for item in it.aws.inventory()] == [
        ("bucket", "team-state")
    ]


def counted(it: Studio) -> dict[str, int]:
    kinds = it.aws.counts()
    return {kind: kinds[kind] for kind in ONCE}


def kill(process: "Popen[str]") -> None:
    """Kill the program and all its children."""
    top = psutil.Process(process.pid)
    family = [top, *top.children(recursive=True)]
    for member in family:
        member.kill()
    psutil.wait_procs(family, timeout=30)
    process.communicate(timeout=30)


def assert_interrupted(it: Studio, process: "Popen[str]", verb: str) -> None:
    """Assert that it ended with one line, and that no process remains."""
    printed, _ = process.communicate(timeout=300)
    assert process.returncode == 130
    last = printed.strip().splitlines()[-1]
    assert last == f"studio {verb}: interrupted; run it again to continue"
    assert running_in(it.folder) == []


def assert_struck(it: Studio) -> None:
    """Assert that both kinds of fault hit, and clear them."""
    assert {one["kind"] for one in it.aws.ask("faults")["injected"]} == {"throttle", "error"}
    it.aws.ask("faults", {})


def running_in(folder: Path) -> list[str]:
    """The processes that run in a deployment's stacks."""
    found = []
    for process in psutil.process_iter():
        try:
            if Path(process.cwd()).is_relative_to(folder):
                found.append(process.name())
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found
