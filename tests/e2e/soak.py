"""`make soak`: random faults while a deployment is created and destroyed; a seed repeats a run.

make soak                  # 200 seeds
make soak SEED=17          # one seed, with Terraform's output
make soak SEEDS=100-139    # a range

A scenario deploys and destroys a stack after its dependencies; every seventh scenario, all stacks.
The seed determines the stack, the faults and the signal, but not the order in which Terraform
creates independent resources: a fault may hit another of several concurrent requests in each run.
"""

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from settings import UserError
from studio.lifecycle import emulated
from studio.terraform.stacks import Stack
from tests import provider
from tests.e2e.faults import FIRST, Disturbance, fault
from tests.e2e.lifecycle import DisturbedDeployment
from tests.e2e.small_stacks import REGION, lines, synthesize

_SPEED = 2000
_SEEDS = "1-200"

_LOST = {
    ("apply", "role"): "CreateRole",
    ("apply", "ecr"): "CreateRepository",
    ("apply", "image"): "CreateImage",
    ("apply", "domain"): "CreateDomain",
    ("apply", "users"): "CreateUserProfile",
}
"""Requests whose response may be lost; not CreateVpc, after which Terraform creates two VPCs."""

_HANGING = {"image": ("image", "image-version"), "domain": ("domain",), "users": ("user-profile",)}
"""The types in each stack whose status may hang."""

_IMAGE = "studio-slim"
_KINDS = ("throttle", "error", "drop", "down", "die")
_STORM = ("throttle", "error", "drop")
_SENT = (None, signal.SIGINT, signal.SIGKILL)


@dataclass
class Soak:
    """An emulated AWS with a shared provider, and the stacks for it."""

    aws: emulated.EmulatedAws
    folder: Path
    deployed: list[Stack] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.stacks = synthesize(self.folder)

    def run(self, seed: int) -> tuple[DisturbedDeployment, str]:
        """Run a scenario; returns its failure in one line, or ""."""
        dice = random.Random(seed)
        number = seed % (len(self.stacks) + 1)
        chosen = self.stacks[number - 1 : number] if number else self.stacks
        deployment = DisturbedDeployment(stacks=chosen, aws=self.aws)
        try:
            self._deploy_needed(deployment)
            words = scenario(dice, deployment)
        except (AssertionError, UserError, OSError, pytest.fail.Exception) as error:
            words = f"{type(error).__name__}: {str(error)[-300:]!r}"
        if words:
            self._clean()
        return deployment, words

    def _deploy_needed(self, deployment: DisturbedDeployment) -> None:
        """Deploy the dependencies of its first stack, and no stack that depends on its stacks."""
        needed = below(deployment.stacks[0], self.stacks)
        if any(
            stack not in needed and depends(stack, deployment.stacks) for stack in self.deployed
        ):
            self._clean()
        base = DisturbedDeployment(stacks=self.stacks, aws=self.aws)
        for stack in needed:
            if stack not in self.deployed:
                base.deploy_stack(stack)
                self.deployed.append(stack)

    def _clean(self) -> None:
        """Reset the account and delete the state."""
        deployment = DisturbedDeployment(stacks=self.stacks, aws=self.aws)
        deployment.wait_for_aws()
        deployment.clear_faults()
        self.aws.ask("reset", {})
        self.deployed.clear()
        for path in self.folder.iterdir():
            if path.name.startswith(("terraform.", ".terraform.")):
                path.unlink()
        for stack in self.stacks:
            shutil.rmtree(stack.folder / ".terraform", ignore_errors=True)


def depends(stack: Stack, on: Sequence[Stack]) -> bool:
    """Whether the stack is one of the others or depends on one."""
    return stack in on or not stack.dependencies.isdisjoint(one.name for one in on)


def below(stack: Stack, stacks: Sequence[Stack]) -> list[Stack]:
    """The dependencies of a stack, in the order of their deployment."""
    wanted = set(stack.dependencies)
    for one in reversed(stacks):
        if one.name in wanted:
            wanted |= one.dependencies
    return [one for one in stacks if one.name in wanted]


def scenario(dice: random.Random, deployment: DisturbedDeployment) -> str:
    """Deploy and destroy; returns the failure in one line, or ""."""
    deployment.before = deployment.aws.inventory()

    def disturbances(stack: Stack, verb: str) -> list[Disturbance]:
        return [disturbance(dice, stack, verb)]

    deployment.deploy(disturbances)
    if changes := deployment.changes():
        return f"a second plan changes: {changes}"
    if wrong_counts := deployment.wrong_counts():
        return f"(existing, configured): {wrong_counts}"
    deployment.destroy(disturbances)
    left = [f"{item['type']} {item['name'] or item['id']}" for item in deployment.added()]
    return f"left: {left}" if left else ""


def disturbance(dice: random.Random, stack: Stack, verb: str) -> Disturbance:
    """A random disturbance of one run."""
    kinds = [*_KINDS, "storm"]
    if (verb, stack.name) in _LOST or verb == "destroy":
        kinds.append("lose")
    if stack.name in _HANGING:
        kinds.append("hang")
    if (verb, stack.name) == ("apply", "image"):
        kinds.append("failed")
    kind, count = dice.choice(kinds), lines(stack)
    sent, line = dice.choice(_SENT), dice.randrange(1, count)
    if kind == "failed":
        return Disturbance(switches={"fail_images": [_IMAGE]})
    if kind == "hang":
        # The provider would wait for twenty minutes.
        hanging = [dice.choice(_HANGING[stack.name])]
        return Disturbance(switches={"hang": hanging}, sent=sent or signal.SIGINT)
    if kind == "storm":
        storm = {"seed": dice.randrange(10**6), "rate": 0.2, "kinds": _STORM, "most": 60}
        return Disturbance(faults=storm, sent=sent, line=line)
    if kind == "lose":
        # Terraform may end with the error of the second request.
        operation = _LOST.get((verb, stack.name), FIRST[verb])
        return Disturbance(faults=fault(kind, operation), sent=None if verb == "apply" else sent)
    chosen = fault(
        kind,
        FIRST[verb],
        times=dice.choice((1, 2)) if kind in _STORM else 1,
        skip=dice.randrange(1 + count // 8),
        seconds=dice.choice((0.2, 1.0)),
    )
    return Disturbance(faults=chosen, sent=sent, line=line)


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0 if every scenario passes."""
    parser = argparse.ArgumentParser(prog="make soak")
    parser.add_argument("--seed", type=int, help="one scenario, with Terraform's output")
    parser.add_argument("--seeds", default=_SEEDS, help="first-last (%(default)s)")
    wanted = parser.parse_args(arguments)
    first, _, last = wanted.seeds.partition("-")
    seeds = [wanted.seed] if wanted.seed is not None else range(int(first), int(last or first) + 1)
    failed = []
    with (
        tempfile.TemporaryDirectory(prefix="studio-soak-") as scratch,
        pytest.MonkeyPatch.context() as environment,
    ):
        # Providers leave files behind.
        environment.setattr(tempfile, "tempdir", scratch)
        log = Path(scratch) / "emulator.log"
        with (
            emulated.aws(log=log, speed=_SPEED, region=REGION) as started,
            provider.shared(started) as aws,
        ):
            # This process pushes, imports and deletes.
            for name, value in provider.as_installed(aws).items():
                environment.setenv(name, value)
            soak = Soak(aws=aws, folder=Path(scratch) / "deployment")
            for seed in seeds:
                began = time.monotonic()
                deployment, words = soak.run(seed)
                if wanted.seed is not None:
                    print("\n".join(deployment.output))
                took = time.monotonic() - began
                print(f"seed {seed}: {words or 'passed'} ({took:.0f} s)", flush=True)
                print("".join(f"  {run}\n" for run in deployment.disturbed), end="", flush=True)
                if words:
                    failed.append(seed)
    again = f"; again with SEED={failed[0]}" if failed else ""
    print(f"{len(seeds) - len(failed)} passed, {len(failed)} failed{again}")
    return 1 if failed else 0


if __name__ == "__main__":
    os.environ.pop("AWS_PROFILE", None)
    sys.exit(main())
