"""`studio up` interrupted or killed half-way, and run again, by the same person or by another."""

import json
import re
import shutil
import signal
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from subprocess import Popen

import psutil

from tests.e2e.deployments import Studio

ONCE = {"ec2 vpc": 1, "sagemaker domain": 1, "efs file-system": 1}


def test_interrupted_and_continued(studio: Callable[..., Studio]) -> None:
    it = studio(as_a_person=True)
    it.configure(users=["alice"], image=False)
    process = it.start("studio", "up", "--out", str(it.out))
    it.wait_for(r"aws_vpc_endpoint\S* .*Creating\.\.\.", process)
    process.send_signal(signal.SIGINT)
    printed, _ = process.communicate(timeout=120)
    assert process.returncode == 130
    assert printed.strip().splitlines()[-1] == "studio up: interrupted; run it again to go on"
    assert running_in(it.folder) == []

    it.up()
    it.assert_nothing_to_do()
    assert counted(it) == ONCE
    it.down()
    assert it.aws.inventory() == []


def test_killed_and_continued_on_another_laptop(studio: Callable[..., Studio]) -> None:
    it = studio("hang=domain", as_a_person=True)
    it.configure(users=["alice"], image=False, more={"state": 'bucket = "team-state"'})
    it.run("studio", "state", "init")
    process = it.start("studio", "up", "--out", str(it.out))
    it.wait_for(r"aws_sagemaker_domain\S* .*Creating\.\.\.", process)

    other = Studio(folder=it.folder.with_name("laptop"), aws=it.aws)
    other.folder.mkdir()
    for name in ("image", "studio.toml"):
        copy = shutil.copytree if name == "image" else shutil.copy
        copy(it.folder / name, other.folder / name)
    held = r"domain: locked by \S+@\S+ since [0-9-]+ [0-9:]+ UTC \(apply\)"
    refused = other.run("studio", "up", "--out", str(other.out), code=1)
    assert re.search(held, refused.splitlines()[-1])
    refused = other.cdktf("deploy", "domain", "--auto-approve", code=1)
    assert re.search(held, refused)
    assert len(refused.splitlines()) == 1

    kill(process)
    tell(it, {"hang": []})
    assert re.search(held, other.run("studio", "up", "--out", str(other.out), code=1))
    assert "unlocked" in other.run("studio", "state", "unlock", "--yes")
    assert "made by a run that did not end" in other.up()
    other.assert_nothing_to_do()
    assert counted(other) == ONCE
    other.down()
    assert [(item["type"], item["name"]) for item in it.aws.inventory()] == [
        ("bucket", "team-state")
    ]


def counted(it: Studio) -> dict[str, int]:
    kinds = it.aws.counts()
    return {kind: kinds[kind] for kind in ONCE}


def kill(process: "Popen[str]") -> None:
    """As when the laptop's battery is empty: the program and all that it started, at once."""
    top = psutil.Process(process.pid)
    family = [top, *top.children(recursive=True)]
    for member in family:
        member.kill()
    psutil.wait_procs(family, timeout=30)
    process.communicate(timeout=30)


def tell(it: Studio, switches: Mapping[str, object]) -> None:
    request = urllib.request.Request(
        f"{it.aws.url}/_emulator/settings", data=json.dumps(switches).encode(), method="POST"
    )
    urllib.request.urlopen(request, timeout=30).close()


def running_in(folder: Path) -> list[str]:
    """The processes that still work on a deployment's stacks."""
    found = []
    for process in psutil.process_iter():
        try:
            if Path(process.cwd()).is_relative_to(folder):
                found.append(process.name())
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found
