"""``studio demo``: the whole life of a deployment, on an AWS that runs in a process."""

import argparse
import os

from scripts import flags
from settings import Settings, load
from studio.lifecycle.demo import demonstrate
from studio.toolchain import toolbox


def arguments(parser: argparse.ArgumentParser) -> None:
    """``--speed``: times AWS's pace; ``--keep``: wait; ``--containers``: apps run the images."""
    parser.add_argument("--speed", type=float, default=1e3, help="times AWS's pace (%(default)s)")
    parser.add_argument(
        "--keep", action="store_true", help="keep the deployment and an app up until Enter"
    )
    parser.add_argument(
        "--containers",
        action="store_true",
        help="run apps as containers of the images, which takes docker or podman and root on Linux",
    )


def settings(args: argparse.Namespace) -> Settings:
    """Those of ``demo.toml``, unless --config or STUDIO_CONFIG names another file."""
    named = args.config or os.environ.get("STUDIO_CONFIG")
    return load(flags.config_file(args) if named else toolbox.PROJECT / "demo.toml")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Exit code 0 when everything came up, nothing drifted, and nothing was left.

    Raises UserError.
    """
    folder = toolbox.PROJECT / ".demo"
    return demonstrate(
        settings,
        config=settings.file,
        folder=folder,
        speed=args.speed,
        keep=args.keep,
        containers=args.containers,
        report=toolbox.say,
    )
