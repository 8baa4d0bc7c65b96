"""``studio plan``: reviews, and saves the plans for ``studio apply``; changes nothing in AWS."""

import argparse

from scripts import flags
from scripts.review import check_formats, formats, review_errors, show
from settings import Settings, UserError
from studio.console import output
from studio.lifecycle import identity
from studio.lifecycle.plan import plan_deployment
from studio.lifecycle.saved_plans import check_folder
from studio.review.review import DATA_AT_RISK, SAFE

CHANGES = 4
"""Exit code with --detailed-exitcode; not Terraform's 2, which means wrong settings here."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """``--out`` is the folder of the plans, so that of the stacks is ``--stacks``."""
    parser.add_argument(
        "--out",
        dest="plans",
        metavar="DIR",
        type=flags.folder,
        required=True,
        help="folder for the plans: new, empty, or with earlier plans, which are replaced",
    )
    formats(parser)
    flags.allow(parser)
    parser.add_argument(
        "--detailed-exitcode",
        action="store_true",
        help=f"exit with {CHANGES} instead of 0 if the plans contain changes",
    )
    flags.out(parser, name="--stacks")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """The exit code of ``studio review``; 4, if asked for, with changes. Raises UserError."""
    check_formats(args)
    if args.plans.resolve() == args.out.resolve():
        # A synthesis would replace the plans' manifest with its own.
        raise UserError(f"--out {args.plans}: another folder than that of --stacks is expected")
    check_folder(args.plans)
    with review_errors():
        identity.check_state(settings, out=args.out)
        review, saved = plan_deployment(
            settings, out=args.out, folder=args.plans, allow=args.allow, report=output.say
        )
    code = review.exit_code
    if args.detailed_exitcode and code == SAFE and saved.has_changes:
        code = CHANGES
    show(
        review,
        args,
        exit_code=code,
        changes=saved.has_changes,
        allowed=args.allow,
        plans=str(args.plans),
    )
    use = "refuses them: data is at risk" if code == DATA_AT_RISK else "applies them"
    output.say(f"Plans saved: `studio apply {args.plans}` {use}")
    return code
