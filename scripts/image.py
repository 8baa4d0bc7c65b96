"""studio image: check the custom images; list, record and prune their versions."""

from __future__ import annotations

import argparse
from dataclasses import astuple

from scripts import flags
from settings import Settings, UserError
from studio.images.contract import command as check
from studio.images.versions import record
from studio.images.versions.listing import listing
from studio.images.versions.prune import prune
from studio.lifecycle import identity
from studio.toolchain import toolbox

_ACTIONS = {
    "check": check.HELP,
    "list": "show the versions of the images, their digests and tags, and who uses which",
    "record": "write down which versions of the images ECR and SageMaker have",
    "prune": "delete the image versions beyond keep_versions that nobody uses",
}
_TITLES = ("IMAGE", "VERSION", "STATUS", "TAG", "DIGEST", "USED BY")
_DIGEST_SHOWN = len("sha256:") + 12


def arguments(parser: argparse.ArgumentParser) -> None:
    choices = parser.add_subparsers(dest="action", metavar="ACTION")
    actions = {
        name: choices.add_parser(name, help=text, description=text)
        for name, text in _ACTIONS.items()
    }
    check.arguments(actions["check"])
    actions["list"].add_argument("--digests", action="store_true", help="show whole digests")
    flags.out(actions["record"])
    flags.out(actions["prune"])


def run(args: argparse.Namespace, settings: Settings) -> int:
    if "out" in args:
        identity.check(settings, out=args.out)
    match args.action:
        case "check":
            return check.run(args, settings)
        case "list":
            _print_versions(settings, whole_digests=args.digests)
        case "record":
            record.rewrite(settings, folder=args.out.resolve().parent)
        case "prune":
            prune(settings, folder=args.out.resolve().parent, report=toolbox.say)
        case _:
            raise UserError(f"say what to do: {', '.join(_ACTIONS)}")
    return 0


def _print_versions(settings: Settings, *, whole_digests: bool) -> None:
    rows = [astuple(row) for row in listing(settings)]
    if not whole_digests:
        rows = [(*row[:4], row[4][:_DIGEST_SHOWN], row[5]) for row in rows]
    widths = [max(map(len, column)) for column in zip(_TITLES, *rows, strict=True)]
    for line in (_TITLES, *rows):
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        print("  ".join(cells).rstrip())
