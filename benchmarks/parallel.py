"""Runs `studio up`, then `studio down`, for several deployments of one clone in parallel.

The settings file of each deployment extends a common one. Exits with code 1 if a command fails, if
a state file is missing, if a state contains a resource with the tag of another deployment, if the
number of domains differs from the number of deployments, or if the emulated AWS has more resources
at the end than before. The provider of each deployment uses about 400 MB.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from catalog.names import DEPLOYMENT_TAG
from settings.paths import PROJECT
from studio.lifecycle import emulated

BASE = """\
domain.retention = "Delete"
domain.kms = "aws-managed"
network.flow_logs = false
image.slim.enabled = false
[users.alice]
"""
SPEED = 1000.0
_STACKS = ("network", "role", "ecr", "image", "domain", "users")


def names(count: int) -> list[str]:
    """The names of the deployments."""
    return [f"t{number:02}" for number in range(1, count + 1)]


def write_settings(folder: Path, count: int) -> list[Path]:
    """Write a common file, and for each deployment a file with only its name."""
    (folder / "base.toml").write_text(BASE)
    files = [folder / "teams" / f"{name}.toml" for name in names(count)]
    (folder / "teams").mkdir()
    for file in files:
        file.write_text(f'extends = "../base.toml"\nname = "{file.stem}"\n')
    return files


def run_all(files: Sequence[Path], *words: str, environment: Mapping[str, str]) -> Iterator[str]:
    """Run the command for all files in parallel; yields a line for each failed command."""
    start = time.perf_counter()
    with ExitStack() as stack:
        started = {}
        for file in files:
            log = stack.enter_context(file.with_suffix(f".{words[0]}.log").open("w"))
            command = [sys.executable, "-m", "scripts.cli", "--config", str(file), *words]
            started[file] = subprocess.Popen(
                command, cwd=PROJECT, env=environment, stdin=subprocess.DEVNULL,
                stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip
        codes = {file: process.wait() for file, process in started.items()}
    print(f"{words[0]:5} {len(files)} in parallel: {time.perf_counter() - start:.0f} s", flush=True)
    for file, code in codes.items():
        if code:
            printed = file.with_suffix(f".{words[0]}.log").read_text().splitlines() or [""]
            yield f"studio --config {file.name} {words[0]} exited with {code}: {printed[-1]}"


def resources_of_others(file: Path) -> Iterator[str]:
    """Yields a line for each resource of another deployment in the states of this one."""
    for stack in _STACKS:
        path = file.with_suffix(".studio") / f"terraform.{stack}.tfstate"
        if not path.exists():
            yield f"{path}: does not exist"
            continue
        for resource in json.loads(path.read_text())["resources"]:
            for instance in resource["instances"]:
                tags = instance["attributes"].get("tags_all") or {}
                owner = tags.get(DEPLOYMENT_TAG, file.stem)
                if resource["mode"] == "managed" and owner != file.stem:
                    yield f"{path}: {resource['type']} belongs to {owner}"


def check(folder: Path, count: int, aws: emulated.EmulatedAws) -> Iterator[str]:
    """Deploy and destroy all deployments; yields a line for each problem."""
    files, environment = write_settings(folder, count), aws.child_environment()
    before = aws.counts()
    yield from run_all(files, "up", "--yes", environment=environment)
    for file in files:
        yield from resources_of_others(file)
    if (domains := aws.counts().get("sagemaker domain", 0)) != count:
        yield f"{domains} domains, expected {count}"
    yield from run_all(files, "down", "--yes", environment=environment)
    for kind, number in aws.counts().items():
        if (left := number - before.get(kind, 0)) > 0:
            yield f"{kind}: {left} not deleted"


def main(argv: Sequence[str] | None = None) -> int:
    """Print the times and the problems."""
    parser = argparse.ArgumentParser(prog="benchmarks.parallel", description=__doc__)
    parser.add_argument("--deployments", type=int, default=10, help="(%(default)s)")
    parser.add_argument("--folder", type=Path, help="an empty folder to keep the files in")
    args = parser.parse_args(argv)
    with ExitStack() as stack:
        folder = args.folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        log = folder / "emulator.log"
        aws = stack.enter_context(emulated.aws(log=log, speed=SPEED, region="us-east-1"))
        problems = list(check(folder, args.deployments, aws))
    print("\n".join(problems) or "no problems")
    return 1 if problems else 0


if __name__ == "__main__":
    os.chdir(PROJECT)
    sys.exit(main())
