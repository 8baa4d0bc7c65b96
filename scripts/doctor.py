"""``studio doctor``: checks this machine, the account and the deployment."""

import argparse
import contextlib
import json
import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace

from scripts import flags
from settings import Settings, UserError
from studio.aws.client import Aws
from studio.aws.domain_resources import find_domain
from studio.aws.errors import AwsError
from studio.console import output, terminal
from studio.doctor.checks import CHECKS, PERSONAL
from studio.doctor.context import Context
from studio.doctor.model import Outcome, Result, run_checks
from studio.images.contract.result import CheckResult
from studio.lifecycle.settings_from_aws import find_settings

_MARKS = {"pass": "ok", "fail": "FAIL", "not-checked": "?"}
_NARROWEST = 20


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("user", metavar="USER", nargs="?", help="check this user only")
    parser.add_argument(
        "--images", action="store_true", help="also build and run the images (takes minutes)"
    )
    flags.deployment(parser)


def settings(args: argparse.Namespace) -> Settings:
    """Those of studio.toml, or of the deployment that the flags name. Raises UserError."""
    found = flags.settings_of(args, *([args.user] if args.user else []))
    if args.deployment:
        # Without the deployment, or the user, the checks run and report it.
        with contextlib.suppress(AwsError):
            find_domain(Aws(found.region), found.name)
            with contextlib.suppress(UserError):
                return find_settings(found, args.user) if args.user else found
    return found


def _check_images(settings: Settings) -> dict[str, Sequence[CheckResult]]:
    from studio.images.check import check_images

    return {check.title: check.results for check in check_images(settings)}


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Print each result; exit code 1 if a check failed, not if one could not be checked.

    Raises UserError.
    """
    deployment = flags.deployment_of(args, settings)
    if args.user:
        settings.require_user(args.user)
        users = {args.user: settings.users[args.user]}
        settings = settings.model_copy(update={"users": users})
    context = Context(
        settings=settings,
        deployment=deployment,
        check_images=_check_images if args.images else None,
    )
    checks = CHECKS if deployment else PERSONAL
    width = max(len(check.name) for check in checks)
    results, runnable = [], output.current().runnable
    for result in run_checks(checks, context):
        fix = runnable(result.fix, is_command=True)
        result = replace(result, found=runnable(result.found), fix=fix)
        results.append(result)
        if not args.json:
            print("\n".join(_lines(result, width)), flush=True)
    counts = Counter(result.outcome for result in results)
    tally = {outcome: counts[outcome] for outcome in Outcome}
    if args.json:
        print(json.dumps({"counts": tally, "checks": list(map(asdict, results))}, indent=2))
    else:
        passed, failed, unchecked = tally.values()
        print(f"{passed} pass, {failed} fail, {unchecked} could not be checked")
    return 1 if counts[Outcome.FAILED] else 0


def _lines(result: Result, width: int) -> Iterator[str]:
    begin = f"{_MARKS[result.outcome]:4}  {result.scope:10}  {result.name:{width}}  "
    yield from _wrapped(begin, result.found)
    if result.fix:
        yield from _wrapped("      why:  ", result.why)
        # On one line, to copy it.
        yield f"      fix:  {result.fix}"


def _wrapped(begin: str, text: str) -> list[str]:
    """The text behind ``begin``, wrapped to the terminal; further lines are indented as far."""
    return textwrap.wrap(
        text,
        width=max(terminal.width(), len(begin) + _NARROWEST),
        initial_indent=begin,
        subsequent_indent=" " * len(begin),
        break_long_words=False,
        break_on_hyphens=False,
    )
