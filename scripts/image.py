"""``studio image``: checks the custom images; lists, records and prunes their versions."""

import argparse
import json
from dataclasses import asdict, astuple
from functools import partial

from scripts import flags
from scripts.parsers import expected, shared
from settings import AppType, Settings, UserError
from studio.console import output, terminal
from studio.console.tables import table
from studio.images.check import check_images
from studio.images.contract.starting import HEALTH_SECONDS
from studio.images.versions import record
from studio.images.versions.listing import version_rows
from studio.images.versions.prune import prune
from studio.lifecycle import identity

_ACTIONS = {
    "check": "run images as Studio does, and check Studio's requirements",
    "list": "show the versions of the images, their digests, tags and users",
    "record": "record the versions of the images in ECR and SageMaker",
    "prune": "delete unused image versions beyond keep_versions",
}
_TITLES = ("IMAGE", "VERSION", "STATUS", "TAG", "DIGEST", "USED BY")
_DIGEST_SHOWN = len("sha256:") + 12


def arguments(parser: argparse.ArgumentParser) -> None:
    choices = parser.add_subparsers(dest="action", metavar="ACTION")
    actions = {
        name: choices.add_parser(name, help=text, description=text, parents=[shared()])
        for name, text in _ACTIONS.items()
    }
    _check_arguments(actions["check"])
    actions["list"].add_argument("--digests", action="store_true", help="show complete digests")
    for name in ("list", "record", "prune"):
        flags.out(actions[name])


def run(args: argparse.Namespace, settings: Settings) -> int:
    if "out" in args:
        identity.check_state(settings, out=args.out)
    match args.action:
        case "check":
            return _check(args, settings)
        case "list":
            _print_versions(settings, whole_digests=args.digests, as_json=args.json)
        case "record":
            written = record.rewrite(settings, folder=args.out.resolve().parent)
            output.result(f"{written.path.name} is up to date.")
        case "prune":
            deleted = prune(settings, folder=args.out.resolve().parent, report=output.say)
            output.result(f"Deleted {deleted} image versions.")
        case _:
            raise UserError(f"ACTION: must be one of {', '.join(_ACTIONS)}")
    return 0


def _check_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("images", metavar="IMAGE", nargs="*", help="default: every enabled image")
    parser.add_argument(
        "--reference",
        metavar="REF",
        type=expected("an image"),
        help="check this image of the engine instead of building one",
    )
    parser.add_argument(
        "--app-type",
        type=AppType,
        action="append",
        choices=list(AppType),
        help="default: the image's app_types",
    )
    flags.engine(parser)
    parser.add_argument(
        "--wait",
        type=float,
        default=HEALTH_SECONDS,
        metavar="SECONDS",
        help="time limit for the server's first answer (default: %(default).0f)",
    )


def _check(args: argparse.Namespace, settings: Settings) -> int:
    checks = check_images(
        settings,
        names=args.images,
        reference=args.reference,
        app_types=args.app_type or (),
        engine=args.engine,
        wait=args.wait,
        report=(lambda _: None) if args.json else partial(print, flush=True),
    )
    if args.json:
        print(json.dumps({"checks": [check.record() for check in checks]}, indent=2))
    return 0 if all(check.passed for check in checks) else 1


def _print_versions(settings: Settings, *, whole_digests: bool, as_json: bool) -> None:
    found = list(version_rows(settings))
    if as_json:
        print(json.dumps({"versions": [asdict(row) for row in found]}, indent=2))
        return
    rows = [astuple(row) for row in found]
    if not whole_digests:
        rows = [(*row[:4], row[4][:_DIGEST_SHOWN], row[5]) for row in rows]
    print(table([_TITLES, *rows], width=terminal.width()))
