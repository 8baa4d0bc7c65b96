"""``studio down``: destroys a deployment, and what users and SageMaker added to it."""

import argparse

from scripts import flags as flags
from settings import Settings, UserError
from studio.aws.client import Aws
from studio.console import output
from studio.console.prompts import agreed
from studio.lifecycle import identity
from studio.lifecycle.down import USERS, Teardown
from studio.terraform.deployment import Deployment
from studio.terraform.state import stores


def arguments(parser: argparse.ArgumentParser) -> None:
    """``--keep-homes``, ``--only`` and flags of other commands."""
    flags.yes(parser)
    parser.add_argument("--dry-run", action="store_true", help="show what would be deleted")
    parser.add_argument(
        "--keep-homes",
        action="store_true",
        help="keep home directories and their network, even if domain.retention is Delete",
    )
    parser.add_argument(
        "--only",
        choices=[USERS],
        help="delete user profiles, their apps and spaces; keep the domain and home directories",
    )
    flags.out(parser)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Destroy, after the user confirms the deployment's name. Raises UserError."""
    identity.check(settings, out=args.out)
    output.say(f"Destroying {settings.name!r} in {Aws(settings.region).describe()}")
    out = args.out.resolve()
    stores.check(settings, out.parent)
    if args.dry_run:
        with Deployment.read_only(settings=settings, out=out) as deployment:
            _preview(args, settings, deployment)
        return 0
    deployment = Deployment(settings=settings, out=out)
    deployment.prepare()
    teardown = _preview(args, settings, deployment)
    if not args.yes and not agreed("destroy", settings.name):
        raise UserError("nothing was destroyed")
    teardown.run()
    output.result(f"Destroyed: {', '.join(teardown.stacks)}")
    return 0


def _preview(args: argparse.Namespace, settings: Settings, deployment: Deployment) -> Teardown:
    teardown = Teardown.of(
        settings, deployment, keep_homes=args.keep_homes, only_users=args.only == USERS
    )
    for line in teardown.preview():
        (output.result if args.dry_run else output.say)(line)
    return teardown
