"""The synthesis for 1, 10, 100 and 997 users as `studio` runs it, as a table in Markdown.

997 users have as many roles as IAM's quota lets an account have. Processor time is that of Python
and Node, which wait for each other; memory that of the larger one.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from settings.paths import PROJECT

USERS = (1, 10, 100, 997)
_RUN = """
import resource, sys
from pathlib import Path
from studio.terraform.synthesis import run_app
run_app(Path(sys.argv[1]))
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, used.ru_maxrss)
"""


def row(users: int) -> str:
    """A row of the table. Raises CalledProcessError."""
    with tempfile.TemporaryDirectory() as name:
        settings, out = Path(name, "settings.toml"), Path(name, "cdktf.out")
        settings.write_text("".join(f"[users.user-{number}]\n" for number in range(users)))
        finished = subprocess.run(
            [sys.executable, "-c", _RUN, out],
            cwd=PROJECT,
            env={**os.environ, "STUDIO_CONFIG": str(settings)},
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        written = sum(file.stat().st_size for file in out.glob("stacks/*/cdk.tf.json"))
    used, kilobytes = map(float, finished.stdout.split())
    return f"| {users} | {used:.0f} s | {kilobytes / 1000:.0f} MB | {written / 1e6:.1f} MB |"


def main(argv: Sequence[str] | None = None) -> int:
    """Print the table, a row as soon as it is known."""
    parser = argparse.ArgumentParser(prog="benchmarks.users", description=__doc__)
    parser.add_argument("--users", type=int, nargs="+", default=USERS, help="numbers of users")
    print("| users | processor time | memory | configuration |")
    print("|---|---|---|---|")
    for users in parser.parse_args(argv).users:
        print(row(users), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
