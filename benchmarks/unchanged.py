"""Compares `studio up` and `studio review` of an unchanged deployment with a plan of every stack.

The commands alternate on one deployment on the emulated AWS, so that other load of the machine
affects all of them. Prints wall-clock time, and the processor time of all processes. Exits with
code 1 if the median ratio of a command is greater than MAX_RATIO; only wall-clock time counts.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median

from settings.paths import PROJECT
from studio.errors import StepFailed
from studio.lifecycle import emulated
from studio.terraform.stacks import levels
from studio.toolchain import toolbox

SETTINGS = "[users.alice]\n[users.bob]\n"
MAX_RATIO = 1.15
"""The maximum time of a command, with the time of the six plans as 1."""
SPEED = 1000.0
DEPLOY = """
import sys
from pathlib import Path
from settings import load
from studio.images.push import push_images
from studio.lifecycle.up import up
from studio.terraform.deployment import Deployment
settings = load()
up(
    settings,
    Deployment(settings=settings, out=Path(sys.argv[1])),
    push=lambda: push_images(settings, placeholder=True),
)
"""


def measured(run: Callable[[], None]) -> tuple[float, float]:
    """The wall-clock time and the processor time of all child processes, in seconds."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    run()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return time.perf_counter() - start, used


def main(argv: Sequence[str] | None = None) -> int:
    """Print the medians and the ratios."""
    parser = argparse.ArgumentParser(prog="benchmarks.unchanged", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="number of runs (%(default)s)")
    rounds = parser.parse_args(argv).rounds
    with tempfile.TemporaryDirectory(prefix="studio-bench-") as name:
        folder = Path(name)
        (folder / "studio.toml").write_text(SETTINGS)
        with emulated.aws(log=folder / "emulator.log", speed=SPEED, region="us-east-1") as aws:
            environment = aws.child_environment() | {
                "STUDIO_CONFIG": str(folder / "studio.toml"),
                "STUDIO_VERSIONS": str(folder / "studio.versions.toml"),
            }
            times = _measure(folder / "cdktf.out", environment, rounds)
    return _report(times)


def _measure(
    out: Path, environment: Mapping[str, str], rounds: int
) -> dict[str, list[tuple[float, float]]]:
    def run(*words: object, folder: Path = PROJECT) -> None:
        finished = subprocess.run(
            list(map(str, words)), cwd=folder, env=environment, capture_output=True, text=True
        )
        if finished.returncode:
            raise StepFailed(f"{words}: {finished.stdout}{finished.stderr}")

    def plan_all() -> None:
        for level in levels(out):
            for stack in level:
                run(terraform, "plan", "-input=false", "-lock=false", folder=stack.folder)

    run(sys.executable, "-c", DEPLOY, out)
    chosen = toolbox.Toolbox.load()
    terraform = chosen.terraform
    environment = {**environment, "CHECKPOINT_DISABLE": "1"}
    environment["GOGC"] = toolbox.environment(chosen)["GOGC"]
    studio = (sys.executable, "-m", "scripts.cli")
    commands: dict[str, Callable[[], None]] = {
        "six plans": plan_all,
        "studio up": lambda: run(*studio, "up", "--yes", "--out", out),
        "studio review": lambda: run(*studio, "review", "--out", out),
    }
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    # The first round initializes the folders and compiles the bytecode.
    for number in range(rounds + 1):
        for name, command in commands.items():
            taken = measured(command)
            if number:
                times[name].append(taken)
    return times


def _report(times: Mapping[str, Sequence[tuple[float, float]]]) -> int:
    first, *others = times
    largest = 0.0
    for name, taken in times.items():
        wall, used = (median(column) for column in zip(*taken, strict=True))
        print(f"{name:13}  {wall:6.1f} s, {used:6.1f} s of processor time")
    for name in others:
        pairs = list(zip(times[name], times[first], strict=True))
        wall, used = (median(taken[i] / plans[i] for taken, plans in pairs) for i in (0, 1))
        print(f"{name:13}  {wall:.2f} of {first}, {used:.2f} of their processor time")
        largest = max(largest, wall)
    print(f"maximum: {MAX_RATIO} of the time")
    return 0 if largest <= MAX_RATIO else 1


if __name__ == "__main__":
    os.chdir(PROJECT)
    sys.exit(main())
