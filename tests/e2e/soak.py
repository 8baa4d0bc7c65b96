"""`make soak`: seeded bad days of a deployment; each can be had again by its seed.

make soak                  # 200 of them
make soak SEED=17          # that one, with all that Terraform printed
make soak SEEDS=100-139    # these
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from scripts.support import emulated
from scripts.support.stacks import Stack
from settings import UserError
from tests.e2e.lives import REGION, Disturb, Life, ended_by, synthesize, undisturbed

_SPEED = 2000
_ALL_STACKS_EVERY = 10
"""One of so many scenarios is a whole life; the others are of one stack, in seconds."""

_ALONE = ("network", "role")
"""The stacks that need no other one."""

_KINDS = ("throttle", "error", "drop")
"""Not `lose`: AWS would make a VPC twice then, and Terraform cannot know."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0 when every scenario passed."""
    parser = argparse.ArgumentParser(prog="make soak")
    parser.add_argument("--seed", type=int, help="one scenario, with Terraform's output")
    parser.add_argument("--seeds", default="1-200", help="first-last (%(default)s)")
    wanted = parser.parse_args(arguments)
    first, _, last = wanted.seeds.partition("-")
    seeds = [wanted.seed] if wanted.seed is not None else range(int(first), int(last) + 1)
    failed = []
    with tempfile.TemporaryDirectory(prefix="studio-soak-") as scratch:
        folder = Path(scratch)
        with emulated.aws(log=folder / "emulator.log", speed=_SPEED, region=REGION) as aws:
            aws.enter()
            stacks = synthesize(folder / "deployment")
            for seed in seeds:
                began = time.monotonic()
                life = Life(stacks=chosen(seed, stacks), aws=aws)
                words = scenario(seed, life)
                if wanted.seed is not None:
                    print("\n".join(life.said))
                took = time.monotonic() - began
                names = "+".join(stack.name for stack in life.stacks)
                print(f"seed {seed}: {words or 'passed'} ({names}, {took:.0f} s)", flush=True)
                if words:
                    failed.append(seed)
                clean(life, folder / "deployment")
    again = f"; again with SEED={failed[0]}" if failed else ""
    print(f"{len(seeds) - len(failed)} passed, {len(failed)} failed{again}")
    return 1 if failed else 0


def chosen(seed: int, stacks: Sequence[Stack]) -> list[Stack]:
    """Which stacks a scenario is of."""
    if seed % _ALL_STACKS_EVERY == 0:
        return list(stacks)
    name = _ALONE[seed % len(_ALONE)]
    return [stack for stack in stacks if stack.name == name]


def scenario(seed: int, life: Life) -> str:
    """Live through it; what did not hold, in a line, or nothing."""
    dice = random.Random(seed)
    try:
        life.deploy(lambda: trouble(dice, life))
        if changes := life.changes():
            return f"not as it should be: {changes}"
        if miscounted := life.miscounted():
            return f"another number than configured: {miscounted}"
        life.destroy(lambda: trouble(dice, life))
    except (AssertionError, UserError, OSError) as error:
        return f"{type(error).__name__}: {str(error)[-300:]!r}"
    left = [f"{item['type']} {item['name'] or item['id']}" for item in life.aws.inventory()]
    return f"left: {left}" if left else ""


def trouble(dice: random.Random, life: Life) -> Disturb:
    """The weather of one run, and whether somebody ends it."""
    weather = dice.choice(("fair", "storm", "down"))
    if weather == "storm":
        rate = dice.choice((0.02, 0.1))
        storm = {"seed": dice.randrange(10**6), "rate": rate, "kinds": _KINDS, "most": 60}
        life.tell("faults", storm)
    elif weather == "down":
        down = {"kind": "down", "skip": dice.randrange(40), "seconds": dice.choice((0.2, 2.0))}
        life.tell("faults", {"faults": [down]})
    sent = dice.choice((None, signal.SIGINT, signal.SIGKILL))
    return undisturbed if sent is None else ended_by(sent, dice=dice)


def clean(life: Life, folder: Path) -> None:
    """A new account and no state, whatever the scenario left."""
    life.fair_weather()
    life.tell("reset", {})
    for path in folder.iterdir():
        if path.name.startswith(("terraform.", ".terraform.")):
            path.unlink()
    for stack in life.stacks:
        shutil.rmtree(stack.folder / ".terraform", ignore_errors=True)


if __name__ == "__main__":
    os.environ.pop("AWS_PROFILE", None)
    sys.exit(main())
