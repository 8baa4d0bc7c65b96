"""``studio demo``: deploys onto an emulated AWS, connects, and destroys everything."""

import argparse
import os

from scripts import flags
from settings import Settings, load
from settings.paths import PROJECT
from studio.console import output
from studio.lifecycle.demo import demonstrate


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--speed", type=float, default=1e3, help="how many times faster than AWS (%(default)s)"
    )
    parser.add_argument(
        "--keep", action="store_true", help="keep the deployment and an app until you press Enter"
    )
    parser.add_argument(
        "--containers",
        action="store_true",
        help="run apps as containers of the images; needs docker or podman, and root on Linux",
    )


def settings(args: argparse.Namespace) -> Settings:
    """Those of ``demo.toml``, unless --config or STUDIO_CONFIG names another file."""
    named = args.config or os.environ.get("STUDIO_CONFIG")
    return load(flags.config_file(args) if named else PROJECT / "demo.toml")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Exit code 0 if all steps succeeded without drift or leftovers. Raises UserError."""
    return demonstrate(
        settings,
        folder=PROJECT / ".demo",
        speed=args.speed,
        keep=args.keep,
        containers=args.containers,
        report=output.say,
    )
