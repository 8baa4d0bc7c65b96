"""``studio down``: destroys all stacks, and between them what SageMaker leaves in the VPC."""

import argparse
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from scripts.support import account, leftovers, toolbox
from scripts.support.cdktf_runs import Deployment
from scripts.support.image_versions import prune, record
from scripts.support.state import places
from settings import Settings, UserError

HELP = "destroy everything that `studio up` deployed"

HOMES = ("network", "role")
"""What kept home directories go on needing: their subnets, and the key of their disks."""


NAMING_VERSIONS = ("domain", "users")
"""What holds versions of images, which therefore goes first where an image has several."""


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
    """Destroy every stack; safe to run again after an interruption.

    With ``domain.retention = "Retain"`` the stacks of ``HOMES`` stay with the file system.
    Raises UserError (StepFailed where cdktf failed).
    """
    places.check(settings, deployment.out.parent)
    keeps = settings.domain.retention == "Retain"
    names = [stack.name for stack in deployment.stacks if not (keeps and stack.name in HOMES)]
    vpc_id = deployment.output("network", "vpc_id")

    def clean() -> None:
        if vpc_id is not None:
            for group in leftovers.remove_nfs_groups(vpc_id=vpc_id, region=settings.region):
                deployment.report(f"removed   {group}, which SageMaker left in {vpc_id}")

    clean()
    if prune.has_older(settings):
        # Users name versions, and hold them.
        deployment.destroy([stack for stack in names if stack in NAMING_VERSIONS])
        prune.drop_older(settings, report=deployment.report)
        clean()
    with ThreadPoolExecutor(1) as pool:
        cleaning: list[Future[None]] = []

        def destroyed(address: str) -> None:
            # The VPC of the same run cannot go while SageMaker's groups are in it.
            if address.startswith("aws_sagemaker_domain."):
                cleaning.append(pool.submit(clean))

        deployment.destroy(names, destroyed=destroyed)
    for cleaned in cleaning:
        cleaned.result()
    record.refresh(settings)
    if vpc_id is not None and keeps:
        kept = leftovers.home_file_systems(vpc_id=vpc_id, region=settings.region)
        deployment.report(
            f"kept      home file system {', '.join(kept) or '(none)'}, the network that it is in "
            'and the key of its disks (domain.retention = "Retain")'
        )


def _answer(question: str) -> str:
    if not sys.stdin.isatty():
        raise UserError("no terminal to ask at: add --yes")
    return input(question).strip()
