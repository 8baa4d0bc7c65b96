"""``studio pause``: deletes what AWS bills by the hour; keeps domain, users, volumes, homes."""

import argparse

from scripts import flags as flags
from settings import Settings, UserError
from studio.aws.client import Aws
from studio.console import output
from studio.console.prompts import agreed
from studio.console.reports import Report
from studio.lifecycle import identity
from studio.lifecycle.pause import Pause
from studio.terraform.deployment import Deployment
from studio.terraform.state import stores


def arguments(parser: argparse.ArgumentParser) -> None:
    """``--yes``, ``--dry-run``, ``--out``."""
    flags.yes(parser)
    parser.add_argument(
        "--dry-run", action="store_true", help="show what would be deleted, and the cost a day"
    )
    flags.out(parser)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Pause, after confirmation; safe to run again. Raises UserError."""
    identity.check(settings, out=args.out)
    output.say(f"Pausing {settings.name!r} in {Aws(settings.region).describe()}")
    out = args.out.resolve()
    stores.check(settings, out.parent)
    if args.dry_run:
        with Deployment.read_only(settings=settings, out=out) as deployment:
            _preview(settings, deployment, output.result)
        return 0
    deployment = Deployment(settings=settings, out=out)
    deployment.prepare()
    pause = _preview(settings, deployment, output.say)
    if pause.needed and not args.yes and not agreed("pause", settings.name):
        raise UserError("nothing was deleted")
    if pause.needed:
        pause.run()
    return 0


def _preview(settings: Settings, deployment: Deployment, show: Report) -> Pause:
    pause = Pause.of(settings, deployment)
    for line in pause.preview():
        show(line)
    return pause
