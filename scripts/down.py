"""``studio down``: destroys all stacks, and between them what SageMaker leaves in the VPC."""

import argparse
import sys
from pathlib import Path

from scripts.support import account, leftovers, toolbox
from scripts.support.cdktf_runs import Deployment, StepFailed
from settings import Settings, UserError

HELP = "destroy everything that `studio up` deployed"

LAST = "network"
"""Destroyed once the domain is gone and what SageMaker left in the VPC is removed."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """``--yes`` answers the question; ``--out`` as for ``studio up``."""
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.add_argument(
        "--out",
        type=Path,
        default=toolbox.PROJECT / "cdktf.out",
        help="folder for the synthesized stacks; local state is beside it (%(default)s)",
    )


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Destroy, once the question is answered with the deployment's name. Raises UserError."""
    where = account.describe(settings)
    homes = {"Delete": "deleted", "Retain": "kept, and with them the VPC"}[
        settings.domain.retention
    ]
    toolbox.say(f"This destroys {settings.name!r} in {where}; shared homes on EFS are {homes}.")
    if not args.yes and _answer(f"Type {settings.name} to go on: ") != settings.name:
        raise UserError("nothing was destroyed")
    down(settings, Deployment(out=args.out.resolve()))
    return 0


def down(settings: Settings, deployment: Deployment) -> None:
    """Destroy every stack; each step can be repeated after an interruption.

    With ``domain.retention = "Retain"`` the network stack stays, because the home file system keeps
    its mount targets there. Raises UserError (StepFailed where cdktf failed).
    """
    stacks = [stack.name for stack in deployment.synth()]
    vpc_id = deployment.output(LAST, "vpc_id")
    deployment.destroy([name for name in reversed(stacks) if name != LAST])
    if vpc_id is None:
        deployment.destroy([LAST])
        return
    for group in leftovers.remove_nfs_groups(vpc_id=vpc_id, region=settings.region):
        deployment.report(f"removed   {group}, which SageMaker left in {vpc_id}")
    if kept := leftovers.home_file_systems(vpc_id=vpc_id, region=settings.region):
        raise StepFailed(
            f"the home file system {', '.join(kept)} is kept (domain.retention), and its mount "
            "targets keep the network stack; all other stacks are destroyed"
        )
    deployment.destroy([LAST])


def _answer(question: str) -> str:
    if not sys.stdin.isatty():
        raise UserError("no terminal to ask at: add --yes")
    return input(question).strip()
