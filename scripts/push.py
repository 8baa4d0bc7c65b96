"""``studio push``: builds the enabled images and pushes those that ECR lacks."""

import argparse

from scripts import flags
from settings import Settings
from studio.console import output
from studio.images.push import push_images
from studio.images.versions import record
from studio.lifecycle import identity


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("images", metavar="IMAGE", nargs="*", help="default: every enabled image")
    flags.engine(parser)
    parser.add_argument(
        "--placeholder",
        action="store_true",
        help="push a minimal image instead of building (emulator only)",
    )
    parser.add_argument(
        "--no-check",
        dest="check",
        action="store_false",
        help="push without the check that ecr.check = true requires",
    )
    flags.out(parser)


def run(args: argparse.Namespace, settings: Settings) -> int:
    identity.check_state(settings, out=args.out)
    pushed = push_images(
        settings,
        names=args.images or None,
        engine=args.engine,
        placeholder=args.placeholder,
        check=args.check,
        report=output.progress,
    )
    record.refresh(settings, folder=args.out.resolve().parent)
    output.result(f"In ECR: {', '.join(pushed) or 'no image is enabled'}")
    return 0
