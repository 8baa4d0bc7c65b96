"""Parallel pushes of one image, and interrupted pushes of one and of several."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from settings.paths import PROJECT
from studio.images import push
from studio.images.buildah import BUILDAH_FLAGS
from tests.commands import write_program
from tests.e2e.pushes import push_settings, tags
from tests.emulator.sessions.channels import eventually
from tests.studio.processes.running import runs

pytestmark = pytest.mark.usefixtures("images")

RIVAL = """
from studio.images import push
from settings import Settings
settings = Settings.model_validate({"image": {"slim": {}}, "ecr": {"check": False}})
ref = push.push_images(settings, check=False)["slim"]
print(f"RESULT {ref.digest} {ref.skipped}")
"""

# Uploads wait until both pushes have built the image and found no tag in ECR.
GATE = """#!/bin/sh
if [ "$1" = push ]; then
  : > {folder}/$$
  while [ "$(ls {folder} | wc -l)" -lt 2 ]; do sleep 0.05; done
fi
exec {buildah} "$@"
"""


@pytest.mark.parametrize("machines", [1, 2])
def test_two_concurrent_pushes(
    ecr: Any,
    buildah: str,
    storage: Callable[[str], str],
    tmp_path: Path,
    machines: int,
) -> None:
    waiting = tmp_path / "waiting"
    waiting.mkdir()
    gate = write_program(tmp_path / "bin" / "buildah", GATE.format(folder=waiting, buildah=buildah))
    rivals = [
        subprocess.Popen(
            [sys.executable, "-c", RIVAL],
            cwd=PROJECT,
            env={
                **os.environ,
                "PATH": f"{gate.parent}:{os.environ['PATH']}",
                BUILDAH_FLAGS: storage(f"machine-{number % machines}"),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for number in range(2)
    ]
    said = [rival.communicate(timeout=90)[0] for rival in rivals]
    assert [rival.returncode for rival in rivals] == [0, 0], said
    assert len(list(waiting.iterdir())) >= 2
    (digest,) = tags(ecr).values()
    results = [re.search(r"^RESULT (\S+) False$", text, re.MULTILINE) for text in said]
    assert [found and found[1] for found in results] == [digest, digest]
    assert len(ecr.describe_images(repositoryName="studio/slim")["imageDetails"]) == 1


INTERRUPTED = """
import sys
from scripts import cli
from studio.images import builder
import settings
from settings import Settings
builder.builders = lambda: 2
names = sys.argv[1:]
settings.load = lambda _: Settings.model_validate({"image": {name: {} for name in names}})
sys.exit(cli.main(["push", "--engine", "podman", "--no-check"]))
"""


@pytest.mark.parametrize(
    ("names", "number"), [(("slim",), signal.SIGTERM), (("slim", "large"), signal.SIGINT)]
)
def test_an_interrupted_push_leaves_no_process_and_no_image(
    ecr: Any, tmp_path: Path, names: Sequence[str], number: signal.Signals
) -> None:
    pids = tmp_path / "pids"
    for folder in (pids, tmp_path / "tmp"):
        folder.mkdir()
    engine = write_program(
        tmp_path / "bin" / "podman",
        f'#!/bin/sh\n[ "$1" = info ] && exit 0\nsleep 300 & : > {pids}/$!\n: > {pids}/$$\nwait\n',
    )
    process = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED, *names],
        cwd=PROJECT,
        env={
            **os.environ,
            "PATH": f"{engine.parent}:{os.environ['PATH']}",
            "TMPDIR": str(tmp_path / "tmp"),
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert eventually(lambda: len(list(pids.iterdir())) >= 2 * len(names), seconds=60)
    process.send_signal(number)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in errors
    assert [pid.name for pid in pids.iterdir() if runs(int(pid.name))] == []
    assert list((tmp_path / "tmp").iterdir()) == []
    assert tags(ecr) == tags(ecr, "studio/large") == {}
    again = push.push_images(push_settings("slim"), placeholder=True, report=lambda _: None)
    assert not again["slim"].skipped
