"""``studio down``: destroys a deployment, and what users and SageMaker added to it."""

import argparse

from scripts import flags
from settings import Settings, UserError
from studio.console import output
from studio.console.prompts import agreed
from studio.lifecycle.down import USERS, Teardown


def arguments(parser: argparse.ArgumentParser) -> None:
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
    show = output.result if args.dry_run else output.say
    with flags.opened(args, settings, "Destroying") as deployment:
        teardown = Teardown.of(
            settings, deployment, keep_homes=args.keep_homes, only_users=args.only == USERS
        )
        for line in teardown.preview():
            show(line)
        if args.dry_run:
            return 0
        if not agreed("destroy", settings.name, yes=args.yes):
            raise UserError("nothing was destroyed")
        teardown.run()
    names = ", ".join(teardown.destroyed)
    output.result(f"Destroyed: {names}" if names else "No stack was left to destroy.")
    return 0
