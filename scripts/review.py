"""``studio review``: shows what a deployment would change, cost and put at risk."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts import flags
from settings import Settings, SettingsError, UserError
from studio.console import output
from studio.errors import FlagError
from studio.lifecycle import identity
from studio.lifecycle.review import review_deployment, review_files
from studio.review.page import check_page, write_page
from studio.review.renderers import as_json, as_markdown, as_text
from studio.review.review import ERROR, Review


def arguments(parser: argparse.ArgumentParser) -> None:
    formats(parser)
    parser.add_argument(
        "--plan",
        metavar="FILE",
        type=Path,
        action="append",
        help="review STACK.json, the output of `terraform show -json`, instead of planning "
        "(repeatable)",
    )
    flags.out(parser)


def formats(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--markdown", action="store_true", help="print Markdown for a pull request")
    parser.add_argument(
        "--html", metavar="FILE", type=Path, help="also write a page with a diagram"
    )
    parser.add_argument("--all", action="store_true", help="list every change of a large stack")


def check_formats(args: argparse.Namespace) -> None:
    """Raise UserError for contradictory formats, and for a page that cannot be written."""
    if args.json and args.markdown:
        raise UserError("--markdown: must be given without --json")
    if args.html is not None:
        check_page(args.html)


@contextmanager
def review_errors() -> Iterator[None]:
    """Set the exit code of each UserError to 1, except of a SettingsError or FlagError."""
    try:
        yield
    except (SettingsError, FlagError):
        raise
    except UserError as error:
        error.exit_code = ERROR
        raise


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Exit code 0: safe, 3: data is at risk, 1: a rule is broken.

    Raises SettingsError, and UserError for a page that cannot be written, with exit code 2; any
    other UserError with exit code 1.
    """
    check_formats(args)
    with review_errors():
        if args.plan:
            found = review_files(args.plan, settings)
        else:
            identity.check_state(settings, out=args.out)
            found = review_deployment(settings, out=args.out, report=output.say)
    show(found, args)
    return found.exit_code


def show(review: Review, args: argparse.Namespace, **more: object) -> None:
    """Write the page, and print the review in the chosen format. more: as for ``as_json``."""
    if args.html is not None:
        write_page(review, args.html)
    if args.json:
        print(as_json(review, **more))
    else:
        print(as_markdown(review) if args.markdown else as_text(review, every_change=args.all))
