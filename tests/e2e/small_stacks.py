"""The synthesized stacks of a small deployment, for Terraform."""

from pathlib import Path

from studio.terraform.stacks import Stack, levels
from tests import program

REGION = "us-east-1"
_SETTINGS = """\
features = []
[network]
flow_logs = true
[domain]
retention = "Delete"
[ecr]
force_delete = true
[users.alice]
"""


def synthesize(folder: Path) -> list[Stack]:
    """The stacks in the order of their deployment, with local state in ``folder``."""
    out = folder / "cdktf.out"
    out.mkdir(parents=True)
    (folder / "studio.toml").write_text(_SETTINGS)
    program.write_stacks(out, config=folder / "studio.toml")
    return [stack for level in levels(out) for stack in level]


def lines(stack: Stack) -> int:
    """How many lines about changes a run of the whole stack prints."""
    return 2 * sum(map(len, stack.resources.values()))
