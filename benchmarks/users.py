"""Measures synthesis, first deployment and review for 1, 10, 100 and 997 users.

997 users use up IAM's quota of roles. The deployments are on the emulated AWS, with local state for
up to 100 users, and state in a bucket for more. Processor time includes all processes except the
emulator; memory is the maximum of one process. Prints the rows of the table in
docs/how-to/many-deployments.md.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from benchmarks.unchanged import DEPLOY, SPEED
from settings.paths import PROJECT
from studio.lifecycle import emulated

USERS = (1, 10, 100, 997)
DEPLOYED = 10
_LOCAL_STATE = 100
_BUCKET = "team-state"
_SYNTH = """
import sys
from pathlib import Path
from settings.paths import settings_file
from studio.terraform.synthesis import run_app
run_app(Path(sys.argv[1]), config=settings_file())
"""
_MEASURED = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, used.ru_maxrss)
"""


def measure(users: int, *, deploy: bool) -> str:
    """The row of the table, with the MB of configuration that Terraform reads.

    Raises CalledProcessError; UserError if the emulator does not start.
    """
    with tempfile.TemporaryDirectory(prefix="studio-users-") as name:
        folder = Path(name)
        out = folder / "cdktf.out"
        written = [f"[users.user-{number}]" for number in range(users)]
        if in_bucket := users > _LOCAL_STATE:
            written.append(f'[state]\nbucket = "{_BUCKET}"')
        (folder / "studio.toml").write_text("\n".join(written) + "\n")
        environment = {
            "STUDIO_CONFIG": str(folder / "studio.toml"),
            "STUDIO_VERSIONS": str(folder / "studio.versions.toml"),
        }
        synth = _use([sys.executable, "-c", _SYNTH, out], os.environ | environment)
        size = sum(file.stat().st_size for file in out.glob("stacks/*/cdk.tf.json"))
        up = review = "not measured"
        if deploy:
            with emulated.aws(log=folder / "emulator.log", speed=SPEED, region="us-east-1") as aws:
                environment = aws.child_environment() | environment
                studio = (sys.executable, "-m", "scripts.cli")
                if in_bucket:
                    _use([*studio, "state", "init"], environment)
                up = _use([sys.executable, "-c", DEPLOY, out], environment)
                review = _use([*studio, "review", "--out", str(out)], environment)
        return f"| {users} | {size / 1e6:.1f} MB | {synth} | {up} | {review} |"


def _use(command: Iterable[str | Path], environment: Mapping[str, str]) -> str:
    """The seconds of processor time, and the MB of memory."""
    finished = subprocess.run(
        [sys.executable, "-c", _MEASURED, *map(str, command)],
        cwd=PROJECT,
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    seconds, kilobytes = map(float, finished.stdout.split())
    return f"{seconds:.0f} s, {kilobytes / 1000:.0f} MB"


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, and print the rows of the table."""
    parser = argparse.ArgumentParser(prog="benchmarks.users", description=__doc__)
    parser.add_argument("--users", type=int, nargs="+", default=USERS, help="numbers of users")
    parser.add_argument(
        "--deploy",
        type=int,
        default=DEPLOYED,
        metavar="MAX",
        help="deploy up to MAX users (%(default)s)",
    )
    args = parser.parse_args(argv)
    for users in args.users:
        print(measure(users, deploy=users <= args.deploy), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
