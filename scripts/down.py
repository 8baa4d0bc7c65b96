"""``studio down``: takes a deployment down, and what people and SageMaker added to it."""

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
    """What to spare, whether to ask; ``--out`` as for ``studio up``."""
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.add_argument("--dry-run", action="store_true", help="show what would be done, and end")
    parser.add_argument(
        "--keep-homes",
        action="store_true",
        help="keep the home file system and its network, whatever domain.retention says",
    )
    parser.add_argument(
        "--only",
        choices=[USERS],
        help="delete user profiles with their apps and spaces; domain and homes stay",
    )
    flags.out(parser)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Destroy, once the question is answered with the deployment's name. Raises UserError."""
    identity.check(settings, out=args.out)
    output.say(f"Taking down {settings.name!r} in {Aws(settings.region).describe()}")
    stores.check(settings, args.out.resolve().parent)
    out = args.out.resolve()
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
    """Show what is going to be done."""
    teardown = Teardown.of(
        settings, deployment, keep_homes=args.keep_homes, only_users=args.only == USERS
    )
    for line in teardown.preview():
        (output.result if args.dry_run else output.say)(line)
    return teardown
