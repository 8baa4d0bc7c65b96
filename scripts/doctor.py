"""``studio doctor``: flags, one call, printing."""

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from scripts import flags as flags
from settings import Settings
from studio.doctor.checks import CHECKS
from studio.doctor.context import Context
from studio.doctor.model import Outcome, Result, run_checks
from studio.images.check import check_images
from studio.images.contract.result import CheckResult
from studio.lifecycle import identity
from studio.terraform.deployment import Deployment

_WIDTH = max(len(check.name) for check in CHECKS)
_MARKS = {Outcome.PASSED: "ok", Outcome.FAILED: "FAIL", Outcome.NOT_CHECKED: "?"}


def arguments(parser: argparse.ArgumentParser) -> None:
    """``--images``, ``--json``; ``--out`` as for ``studio up``."""
    parser.add_argument(
        "--images", action="store_true", help="build and run the images too, which takes minutes"
    )
    flags.as_json(parser)
    flags.out(parser)


def _check_images(settings: Settings) -> dict[str, Sequence[CheckResult]]:
    return {check.title: check.results for check in check_images(settings)}


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Print each result; exit code 1 where something failed."""
    identity.check(settings, out=args.out)
    context = Context(
        settings=settings,
        deployment=Deployment(settings=settings, out=args.out.resolve()),
        prove=_check_images if args.images else None,
    )
    return report(context, as_json=args.json)


def report(context: Context, *, as_json: bool) -> int:
    """Examine and print; 1 where something failed, else 0: what is not checked fails nothing."""
    results = []
    for result in run_checks(CHECKS, context):
        results.append(result)
        if not as_json:
            print("\n".join(_lines(result)), flush=True)
    counts = Counter(result.outcome for result in results)
    print(_json(results, counts) if as_json else _summary(counts))
    return 1 if counts[Outcome.FAILED] else 0


def _lines(result: Result) -> Iterator[str]:
    mark = _MARKS[result.outcome]
    yield f"{mark:4}  {result.scope:10}  {result.name:{_WIDTH}}  {result.found}"
    if result.outcome is Outcome.FAILED:
        yield f"      why:  {result.why}"
        yield f"      fix:  {result.fix}"


def _summary(counts: Counter[Outcome]) -> str:
    return (
        f"{counts[Outcome.PASSED]} pass, {counts[Outcome.FAILED]} fail, "
        f"{counts[Outcome.NOT_CHECKED]} could not be checked"
    )


def _json(results: Sequence[Result], counts: Counter[Outcome]) -> str:
    tally = {outcome: counts[outcome] for outcome in Outcome}
    return json.dumps({"counts": tally, "checks": [asdict(result) for result in results]}, indent=2)
