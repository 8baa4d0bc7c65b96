"""``studio review``: what a deployment would change, and whether that loses people's data."""

import argparse
import tempfile
from dataclasses import replace
from pathlib import Path

from scripts import flags as flags
from settings import Settings, SettingsError, UserError
from settings.versions import Versions
from studio.aws import session
from studio.lifecycle.rehearsal import rehearse
from studio.review.labels import clean
from studio.review.page import as_page
from studio.review.renderers import as_json, as_markdown, as_text
from studio.review.review import ERROR, Review, review
from studio.terraform.deployment import Deployment
from studio.terraform.plan import LARGEST, read_plan
from studio.terraform.planning import Look, Planner
from studio.toolchain import toolbox


def arguments(parser: argparse.ArgumentParser) -> None:
    """One way of writing it on stdout, and ``--html`` beside it."""
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--json", dest="write", action="store_const", const=as_json, help="JSON")
    kind.add_argument(
        "--markdown",
        dest="write",
        action="store_const",
        const=as_markdown,
        help="Markdown, for a pull request",
    )
    parser.set_defaults(write=as_text)
    parser.add_argument("--html", metavar="FILE", type=Path, help="write a page with a picture too")
    parser.add_argument(
        "--plan",
        metavar="FILE",
        type=Path,
        action="append",
        help="read this instead of planning: what `terraform show -json` printed, STACK.json "
        "(repeatable)",
    )
    flags.out(parser)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Exit code 0: safe, 3: data is at risk, 1: a rule is broken.

    Raises UserError, with exit code 1 too; SettingsError with 2, as every command does.
    """
    try:
        found = _reviewed(args, settings)
    except SettingsError:
        raise
    except UserError as error:
        error.exit_code = ERROR
        raise
    print(args.write(found))
    return found.exit_code


def _reviewed(args: argparse.Namespace, settings: Settings) -> Review:
    """The review, also on the page where one is wanted. Raises UserError."""
    looks = [_read(file) for file in args.plan] if args.plan else _looks(args.out, settings)
    found = review(looks, settings)
    if args.html is not None:
        try:
            args.html.write_text(as_page(found), encoding="utf-8")
        except OSError as error:
            raise UserError(f"--html {args.html}: {error.strerror}") from None
    return found


def _looks(out: Path, settings: Settings) -> list[Look]:
    toolbox.say(f"Planning {settings.name!r} in {session.describe(settings)}")
    Versions.load(settings)
    deployment = Deployment(out=out.resolve())
    looks = Planner(deployment).look(deployment.standing())
    waiting = [look.stack for look in looks if look.plan is None]
    if not waiting:
        return looks
    toolbox.say(f"Rehearsing {', '.join(waiting)} on an emulated AWS: a first deployment")
    with tempfile.TemporaryDirectory(prefix="studio-review-") as scratch:
        plans = rehearse(settings, scratch=Path(scratch), report=toolbox.say)
    rehearsed = {plan.stack: plan for plan in plans}
    return [
        replace(look, plan=rehearsed.get(look.stack), rehearsed=True)
        if look.stack in waiting
        else look
        for look in looks
    ]


def _read(file: Path) -> Look:
    try:
        with file.open("rb") as opened:
            content = opened.read(LARGEST + 1)
    except OSError as error:
        raise UserError(f"--plan {file}: {error.strerror}") from None
    plan = read_plan(content, stack=clean(file.stem))
    return Look(stack=plan.stack, deployed=any(c.before for c in plan.changes), plan=plan)
