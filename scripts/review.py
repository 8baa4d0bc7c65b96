"""``studio review``: what a deployment would change, cost and put at risk; changes nothing."""

import argparse
from functools import partial
from pathlib import Path

from scripts import flags as flags
from settings import Settings, SettingsError, UserError
from studio.lifecycle import identity
from studio.lifecycle.review import review_deployment, review_files
from studio.review.page import check_page, write_page
from studio.review.renderers import as_json, as_markdown, as_text
from studio.review.review import ERROR
from studio.toolchain import toolbox

_EXIT_CODES = (
    "Exit code 0: safe; 3: data is at risk; 1: a rule is broken, or an error; 2: wrong settings."
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """A format for stdout, and ``--html`` beside it."""
    parser.epilog = _EXIT_CODES
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument(
        "--json", dest="render", action="store_const", const=as_json, help="print JSON"
    )
    kind.add_argument(
        "--markdown",
        dest="render",
        action="store_const",
        const=as_markdown,
        help="print Markdown for a pull request",
    )
    parser.add_argument(
        "--html", metavar="FILE", type=Path, help="also write a page with a diagram"
    )
    parser.add_argument(
        "--plan",
        metavar="FILE",
        type=Path,
        action="append",
        help="review this file instead of planning: the output of `terraform show -json`, named "
        "STACK.json (repeatable)",
    )
    parser.add_argument("--all", action="store_true", help="list every change of a large stack")
    flags.out(parser)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Exit code 0: safe, 3: data is at risk, 1: a rule is broken.

    Raises SettingsError, and UserError for a page that cannot be written, with exit code 2; any
    other UserError with exit code 1.
    """
    if args.html is not None:
        check_page(args.html)
    try:
        if args.plan:
            found = review_files(args.plan, settings)
        else:
            identity.check(settings, out=args.out)
            found = review_deployment(settings, out=args.out, report=toolbox.say)
    except SettingsError:
        raise
    except UserError as error:
        error.exit_code = ERROR
        raise
    if args.html is not None:
        write_page(found, args.html)
    render = args.render or partial(as_text, every_change=args.all)
    print(render(found))
    return found.exit_code
